using VerifyGateway.Domain.Identifiers;
using VerifyGateway.Domain.Lifecycle;
using VerifyGateway.Domain.Reasons;
using VerifyGateway.Domain.Records;
using VerifyGateway.Storage.Rows;

namespace VerifyGateway.Storage.Fleet;

/// <summary>Makes the row of a line, by its kind; what is wrong with the line is noted in its fields, and then the row is not to be used.</summary>
internal static class FleetRowParser
{
    /// <summary>The row, and the field and text that name it; null when the kind is not one of a row.</summary>
    public static (object Row, int KeyField, AcquirerId Acquirer, string Key)? Parse(FleetFields fields)
    {
        if (!fields.Has(FleetField.Kind))
        {
            fields.Refuse(FleetField.NameOf(FleetField.Kind), FleetRules.Missing);
            return null;
        }

        var kind = fields.Utf8Of(FleetField.Kind);
        if (kind.SequenceEqual("terminal"u8))
        {
            return Terminal(fields);
        }

        if (kind.SequenceEqual("merchant"u8))
        {
            return Merchant(fields);
        }

        if (kind.SequenceEqual("identity"u8))
        {
            return Identity(fields);
        }

        if (kind.SequenceEqual("card"u8))
        {
            return Card(fields);
        }

        if (kind.SequenceEqual("hold"u8))
        {
            return Hold(fields);
        }

        if (kind.SequenceEqual("acquirer"u8))
        {
            return Acquirer(fields);
        }

        fields.Refuse(FleetField.NameOf(FleetField.Kind), FleetRules.Kind);
        return null;
    }

    private static (object, int, AcquirerId, string) Acquirer(FleetFields fields)
    {
        fields.AllowOnly(FleetField.AcquirerId, FleetField.NameCode, FleetField.AcquirerKind);
        var row = new AcquirerRow(
            AcquirerOf(fields),
            fields.Required<EntityId>(FleetField.NameCode, EntityId.TryParse),
            fields.RequiredCode<AcquirerKind>(FleetField.AcquirerKind));
        return (row, FleetField.AcquirerId, row.Id, "");
    }

    private static (object, int, AcquirerId, string) Identity(FleetFields fields)
    {
        fields.AllowOnly(
            FleetField.AcquirerId, FleetField.IdentityId, FleetField.State, FleetField.ReverifyBy, FleetField.DocumentValidTo, FleetField.HolderMask,
            FleetField.SubjectKind, FleetField.DocumentHash, FleetField.DocumentHashKey, FleetField.PhoneHash, FleetField.PhoneHashKey,
            FleetField.VerifiedAt, FleetField.Detail);
        var row = new IdentityRow(
            AcquirerOf(fields),
            fields.Required<EntityId>(FleetField.IdentityId, EntityId.TryParse),
            fields.RequiredCode<IdentityState>(FleetField.State),
            fields.OptionalTime(FleetField.ReverifyBy),
            fields.NamedDate(FleetField.DocumentValidTo),
            fields.Optional<Mask>(FleetField.HolderMask, Mask.TryParse) ?? default)
        {
            Subject = fields.OptionalCode<SubjectKind>(FleetField.SubjectKind),
            DocumentHash = fields.Optional<KeyedHash>(FleetField.DocumentHash, KeyedHash.TryParse) ?? default,
            DocumentHashKey = fields.Optional<HashKeyId>(FleetField.DocumentHashKey, HashKeyId.TryParse) ?? default,
            PhoneHash = fields.Optional<KeyedHash>(FleetField.PhoneHash, KeyedHash.TryParse) ?? default,
            PhoneHashKey = fields.Optional<HashKeyId>(FleetField.PhoneHashKey, HashKeyId.TryParse) ?? default,
            VerifiedAtUnixMs = fields.OptionalTime(FleetField.VerifiedAt),
            Detail = fields.Optional<ReasonDetail>(FleetField.Detail, FleetValues.TryParseDetail),
        };
        if (row.State == IdentityState.ReverifyDue && !fields.Has(FleetField.ReverifyBy))
        {
            fields.Refuse(FleetField.NameOf(FleetField.ReverifyBy), FleetRules.Reverify);
        }

        RequireTogether(fields, FleetRules.Hash, FleetField.DocumentHash, FleetField.DocumentHashKey);
        RequireTogether(fields, FleetRules.Hash, FleetField.PhoneHash, FleetField.PhoneHashKey);
        return (row, FleetField.IdentityId, row.Acquirer, row.Id.ToString());
    }

    private static (object, int, AcquirerId, string) Card(FleetFields fields)
    {
        fields.AllowOnly(FleetField.AcquirerId, FleetField.CardFingerprint, FleetField.CardFingerprintKey, FleetField.CardMask, FleetField.IdentityId);
        var row = new CardRow(
            AcquirerOf(fields),
            fields.Required<KeyedHash>(FleetField.CardFingerprint, KeyedHash.TryParse),
            fields.Required<HashKeyId>(FleetField.CardFingerprintKey, HashKeyId.TryParse),
            fields.Optional<Mask>(FleetField.CardMask, Mask.TryParse) ?? default,
            fields.Required<EntityId>(FleetField.IdentityId, EntityId.TryParse));
        return (row, FleetField.CardFingerprint, row.Acquirer, row.Fingerprint.ToString());
    }

    private static (object, int, AcquirerId, string) Merchant(FleetFields fields)
    {
        fields.AllowOnly(
            FleetField.AcquirerId, FleetField.MerchantNo, FleetField.IdentityId, FleetField.State, FleetField.SettlementCardMask,
            FleetField.MerchantKind, FleetField.Region, FleetField.Mcc, FleetField.AccountClass, FleetField.CardFingerprint,
            FleetField.SettlementCardHolder, FleetField.OpenedOn, FleetField.LastActiveOn, FleetField.EndedOn);
        var row = new MerchantRow(
            new MerchantKey(AcquirerOf(fields), fields.Required<MerchantNo>(FleetField.MerchantNo, MerchantNo.TryParse)),
            fields.Required<EntityId>(FleetField.IdentityId, EntityId.TryParse),
            fields.RequiredCode<MerchantState>(FleetField.State),
            fields.Optional<Mask>(FleetField.SettlementCardMask, Mask.TryParse) ?? default)
        {
            Kind = fields.OptionalCode<MerchantKind>(FleetField.MerchantKind),
            Region = fields.Optional<RegionCode>(FleetField.Region, RegionCode.TryParse) ?? default,
            Category = fields.Optional<CategoryCode>(FleetField.Mcc, CategoryCode.TryParse) ?? default,
            AccountClass = fields.OptionalCode<AccountClass>(FleetField.AccountClass),
            Card = fields.Optional<KeyedHash>(FleetField.CardFingerprint, KeyedHash.TryParse) ?? default,
            CardDiffers = fields.OptionalCode<CardHolder>(FleetField.SettlementCardHolder) is not null,
            OpenedOn = fields.OptionalDate(FleetField.OpenedOn),
            LastActiveOn = fields.OptionalDate(FleetField.LastActiveOn),
            EndedOn = fields.OptionalDate(FleetField.EndedOn),
        };
        return (row, FleetField.MerchantNo, row.Key.Acquirer, row.Key.No.ToString());
    }

    private static (object, int, AcquirerId, string) Terminal(FleetFields fields)
    {
        fields.AllowOnly(
            FleetField.AcquirerId, FleetField.TerminalSn, FleetField.TerminalNo, FleetField.MerchantNo, FleetField.State, FleetField.LocationLatitude,
            FleetField.LocationLongitude, FleetField.LocationRadiusMetres, FleetField.LocationRegion, FleetField.EndedOn);
        var row = new TerminalRow(
            new TerminalKey(AcquirerOf(fields), fields.Required<TerminalSn>(FleetField.TerminalSn, TerminalSn.TryParse)),
            fields.Required<TerminalNo>(FleetField.TerminalNo, TerminalNo.TryParse),
            fields.Required<MerchantNo>(FleetField.MerchantNo, MerchantNo.TryParse),
            fields.RequiredCode<TerminalState>(FleetField.State))
        {
            Location = LocationOf(fields),
            EndedOn = fields.OptionalDate(FleetField.EndedOn),
        };
        return (row, FleetField.TerminalSn, row.Key.Acquirer, row.Key.Sn.ToString());
    }

    private static (object, int, AcquirerId, string) Hold(FleetFields fields)
    {
        fields.AllowOnly(
            FleetField.AcquirerId, FleetField.HoldId, FleetField.HoldKind, FleetField.IdentityId, FleetField.MerchantNo, FleetField.TerminalSn,
            FleetField.CardFingerprint, FleetField.EffectiveAt, FleetField.Until, FleetField.Refunds, FleetField.HoldAuthority, FleetField.DocumentNo, FleetField.Organ,
            FleetField.HoldReason, FleetField.PlacedBy, FleetField.PlacedAt, FleetField.LiftedBy, FleetField.LiftedAt, FleetField.LiftDocumentNo,
            FleetField.Renewals);
        var row = new HoldRow(
            AcquirerOf(fields),
            fields.Required<EntityId>(FleetField.HoldId, EntityId.TryParse),
            fields.RequiredCode<HoldKind>(FleetField.HoldKind),
            SubjectOf(fields),
            fields.RequiredTime(FleetField.EffectiveAt),
            fields.OptionalTime(FleetField.Until))
        {
            RefundsPass = fields.OptionalCode<HoldRefunds>(FleetField.Refunds) is not null,
            Authority = fields.OptionalCode<HoldAuthority>(FleetField.HoldAuthority),
            DocumentNo = fields.OptionalLine(FleetField.DocumentNo, most: 128),
            Organ = fields.OptionalLine(FleetField.Organ, most: 64),
            Reason = fields.OptionalLine(FleetField.HoldReason, HoldRow.MaxText),
            PlacedBy = fields.OptionalLine(FleetField.PlacedBy, HoldRow.MaxName),
            PlacedAtUnixMs = fields.OptionalTime(FleetField.PlacedAt),
            LiftedBy = fields.OptionalLine(FleetField.LiftedBy, HoldRow.MaxName),
            LiftedAtUnixMs = fields.OptionalTime(FleetField.LiftedAt),
            LiftDocumentNo = fields.OptionalLine(FleetField.LiftDocumentNo, most: 128),
            Renewals = fields.Optional<int>(FleetField.Renewals, FleetValues.TryParseRenewals) ?? 0,
        };
        RequireHold(fields, row);
        return (row, FleetField.HoldId, row.Acquirer, row.Id.ToString());
    }

    private static void RequireHold(FleetFields fields, HoldRow row)
    {
        if (row.Authority is { } authority && HoldRules.Of(authority)?.Kind != row.Kind)
        {
            fields.Refuse(FleetField.NameOf(FleetField.HoldAuthority), FleetRules.Authority);
        }

        if (row.LiftedBy.Length + row.LiftDocumentNo.Length > 0 && row.LiftedAtUnixMs == 0)
        {
            fields.Refuse(FleetField.NameOf(FleetField.LiftedBy), FleetRules.Lifted);
        }

        if (row.RefundsPass && row.Kind != HoldKind.Risk)
        {
            fields.Refuse(FleetField.NameOf(FleetField.Refunds), FleetRules.Refunds);
        }

        var neverStands = row.LiftedAtUnixMs > 0 && row.UntilUnixMs == row.EffectiveAtUnixMs;
        if (row.UntilUnixMs != 0 && row.UntilUnixMs <= row.EffectiveAtUnixMs && !neverStands)
        {
            fields.Refuse(FleetField.NameOf(FleetField.Until), FleetRules.Until);
        }
    }

    private static HoldSubject SubjectOf(FleetFields fields)
    {
        var identity = fields.Optional<EntityId>(FleetField.IdentityId, EntityId.TryParse);
        var merchant = fields.Optional<MerchantNo>(FleetField.MerchantNo, MerchantNo.TryParse);
        var terminal = fields.Optional<TerminalSn>(FleetField.TerminalSn, TerminalSn.TryParse);
        var card = fields.Optional<KeyedHash>(FleetField.CardFingerprint, KeyedHash.TryParse);
        switch (identity, merchant, terminal, card)
        {
            case ({ } it, null, null, null):
                return HoldSubject.Identity(it);
            case (null, { } it, null, null):
                return HoldSubject.Merchant(it);
            case (null, null, { } it, null):
                return HoldSubject.Terminal(it);
            case (null, null, null, { } it):
                return HoldSubject.Card(it);
            default:
                fields.Refuse("", FleetRules.Target);
                return default;
        }
    }

    private static LocationRule LocationOf(FleetFields fields)
    {
        var latitude = fields.Optional<int>(FleetField.LocationLatitude, FleetValues.TryParseLatitude);
        var longitude = fields.Optional<int>(FleetField.LocationLongitude, FleetValues.TryParseLongitude);
        var radius = fields.Optional<int>(FleetField.LocationRadiusMetres, FleetValues.TryParseMetres);
        var region = fields.Optional<RegionCode>(FleetField.LocationRegion, RegionCode.TryParse);
        switch (latitude, longitude, radius, region)
        {
            case (null, null, null, null):
                return default;
            case (null, null, null, { } within):
                return LocationRule.Within(within);
            case ({ } north, { } east, { } metres, null):
                return LocationRule.Around(north, east, metres);
            case (_, _, _, null):
                RequireTogether(fields, FleetRules.Location, FleetField.LocationLatitude, FleetField.LocationLongitude, FleetField.LocationRadiusMetres);
                return default;
            default:
                fields.Refuse(FleetField.NameOf(FleetField.LocationRegion), FleetRules.Location);
                return default;
        }
    }

    /// <summary>Refuses each field of a group that is not there while another one is.</summary>
    private static void RequireTogether(FleetFields fields, IdentifierRule rule, params ReadOnlySpan<int> group)
    {
        var isAnyThere = false;
        foreach (var field in group)
        {
            isAnyThere |= fields.Has(field);
        }

        foreach (var field in group)
        {
            if (isAnyThere && !fields.Has(field))
            {
                fields.Refuse(FleetField.NameOf(field), rule);
            }
        }
    }

    private static AcquirerId AcquirerOf(FleetFields fields) => fields.Required<AcquirerId>(FleetField.AcquirerId, AcquirerId.TryParse);
}
