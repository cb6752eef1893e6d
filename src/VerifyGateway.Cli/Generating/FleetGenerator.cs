using System.Globalization;
using VerifyGateway.Domain.Identifiers;
using VerifyGateway.Domain.Reasons;
using VerifyGateway.Domain.Records;
using VerifyGateway.Storage.Rows;

namespace VerifyGateway.Cli.Generating;

/// <summary>
/// Generates a fleet line by line: acquirer by acquirer, city by city, merchant by merchant, so that keys ascend and what a line
/// refers to stands above it. Memory does not depend on the size: what is kept are one merchant and one counter for each category.
/// </summary>
public static class FleetGenerator
{
    // Larger merchants are always good, so that one chain does not upset the shares.
    private const int LargestInASituation = 8;

    // Of a hundred good businesses, so many are followed by another merchant of the same holder and card.
    private const int SameHolderPercent = 15;

    /// <summary>All lines, made while they are asked for. Each enumeration begins anew.</summary>
    public static IEnumerable<FleetLine> Generate(FleetSpec spec)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(spec.Terminals, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(spec.Terminals, FleetSpec.MostTerminals);
        var walk = new Walk(spec);
        return FleetShares.Acquirers(FleetShares.AcquirersOf(spec.Terminals)).Divide(spec.Terminals).SelectMany(part => walk.Acquirer(part.Value, part.Count));
    }

    /// <summary>One pass over one fleet.</summary>
    private sealed class Walk(FleetSpec spec)
    {
        private readonly SituationSchedule _ofMerchants = new(Situation.All.Where(static it => it.OfMerchant));
        private readonly SituationSchedule _ofTerminals = new(Situation.All.Where(static it => !it.OfMerchant));
        private readonly FleetRows _rows = new(spec);
        private readonly Dictionary<string, int> _sequences = new(StringComparer.Ordinal);
        private readonly List<FleetLine> _holds = [];
        private int _merchants;
        private int _terminals;

        public IEnumerable<FleetLine> Acquirer(int number, int terminals)
        {
            var id = Parsed.As<AcquirerId>(string.Create(CultureInfo.InvariantCulture, $"9990{number:D4}"), AcquirerId.TryParse);
            var kind = number % 3 == 1 ? AcquirerKind.PaymentInstitution : AcquirerKind.Bank;
            yield return new FleetLine(new AcquirerRow(id, Parsed.As<EntityId>(string.Create(CultureInfo.InvariantCulture, $"TEST-ACQUIRER-{number:D4}"), EntityId.TryParse), kind));
            foreach (var (province, count) in FleetShares.Provinces.Divide(terminals))
            {
                var cities = province is 11 or 12 or 31 or 50 ? FleetShares.OneCity : FleetShares.Cities;
                foreach (var (city, ofCity) in cities.Divide(count))
                {
                    foreach (var line in City(id, (province * 100) + city, ofCity))
                    {
                        yield return line;
                    }
                }
            }
        }

        private IEnumerable<FleetLine> City(AcquirerId acquirer, int city, int terminals)
        {
            _sequences.Clear();
            Holder? last = null;
            var lastNo = Parsed.As<MerchantNo>("999000000000000", MerchantNo.TryParse);
            while (terminals > 0)
            {
                var random = new SplitMix(spec.Seed, (ulong)++_merchants);
                var (least, most) = FleetShares.Sizes.Pick(ref random);
                var size = Math.Min(terminals, least + random.Below(most - least + 1));
                terminals -= size;
                _ofMerchants.Pass(size);
                _ofTerminals.Pass(size);
                var situation = size <= LargestInASituation ? _ofMerchants.Deal(size, ref random) : Situation.Good;
                var isSame = last is { IsGood: true } && situation == Situation.Good && random.Below(100) < SameHolderPercent;
                var kind = isSame ? last!.Kind : FleetShares.KindsOf(size).Pick(ref random);
                var category = (kind == MerchantKind.Institution ? FleetShares.InstitutionCategories : FleetShares.Categories).Pick(ref random);
                var key = new MerchantKey(acquirer, NextNo(city, category));
                if (!isSame)
                {
                    last = _rows.Holder(acquirer, _merchants, kind, city / 100, situation, ref random);
                    yield return new FleetLine(last.Identity);
                    yield return new FleetLine(last.Card);
                }

                _rows.AddMerchantHold(_holds, key, last!.Identity.Id, _merchants, situation, ref random);
                yield return new FleetLine(FleetRows.Merchant(key, last, city, category, situation, ref random));
                for (var number = 1; number <= size; number++)
                {
                    yield return Terminal(key, number, situation, lastNo, ref random);
                }

                foreach (var hold in _holds)
                {
                    yield return hold;
                }

                _holds.Clear();
                lastNo = key.No;
            }
        }

        private FleetLine Terminal(MerchantKey merchant, int number, Situation ofMerchant, MerchantNo other, ref SplitMix random)
        {
            var situation = ofMerchant == Situation.Good ? _ofTerminals.Deal(1, ref random) : ofMerchant;
            var row = FleetRows.Terminal(merchant, ++_terminals, number, situation, ref random);
            _rows.AddTerminalHold(_holds, row.Key, _terminals, situation, ref random);
            var sent = situation.Kind == SituationKind.TerminalMismatch ? other : merchant.No;
            var note = ReasonTable.Of(situation.Expected).Code
                + (situation.Warns is { } warns ? " warns=" + ReasonTable.Of(warns).Code : "")
                + (sent == merchant.No ? "" : " merchant_no=" + sent);
            return new FleetLine(row, note, situation.Expected, sent);
        }

        /// <summary>999, four digits of the city, the category, and a sequence in base 36: the published form of DE42, with an acquirer that does not exist.</summary>
        private MerchantNo NextNo(int city, string category)
        {
            const string Digits = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ";
            var sequence = _sequences[category] = _sequences.GetValueOrDefault(category) + 1;
            Span<char> tail = [Digits[sequence / 46_656 % 36], Digits[sequence / 1_296 % 36], Digits[sequence / 36 % 36], Digits[sequence % 36]];
            return Parsed.As<MerchantNo>(string.Create(CultureInfo.InvariantCulture, $"999{city:D4}{category}{tail.ToString()}"), MerchantNo.TryParse);
        }
    }
}
