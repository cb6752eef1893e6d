using VerifyGateway.Domain.Deciding;
using VerifyGateway.Domain.Records;
using static VerifyGateway.Domain.Tests.Given;

namespace VerifyGateway.Domain.Tests.Deciding;

/// <summary>Which checks are the same request, and what is another under the same numbers.</summary>
public class RequestIdentityTests
{
    private static readonly DateOnly Today = new(2026, 6, 1);

    [Fact]
    public void Identity_WithOnePartDifferent_IsAnother()
    {
        var identity = RequestIdentity.Of(Query(), 12, 345, Today);
        RequestIdentity[] others =
        [
            RequestIdentity.Of(Query() with { Acquirer = Acquirer("01020000") }, 12, 345, Today),
            RequestIdentity.Of(Query() with { MerchantNo = MerchantNo("898440359120004") }, 12, 345, Today),
            RequestIdentity.Of(Query() with { TerminalNo = TerminalNo("77770292") }, 12, 345, Today),
            RequestIdentity.Of(Query(), 13, 345, Today),
            RequestIdentity.Of(Query(), 12, 346, Today),
            RequestIdentity.Of(Query(), 12, 345, Today.AddDays(1)),
        ];
        Assert.DoesNotContain(identity, others);
        Assert.Equal(others.Length, others.Distinct().Count());
        Assert.Equal((12, 345, Today, false), (identity.Batch, identity.Trace, identity.Day, identity.IsReversal));
        Assert.Equal((Acquirer(), MerchantNo(), TerminalNo()), (identity.Acquirer, identity.MerchantNo, identity.TerminalNo));
    }

    [Fact]
    public void Identity_OfAReversal_IsNotThatOfWhatItUndoes() =>
        // It carries the same trace number, and must not be taken for a duplicate: it would leave the payer charged.
        Assert.NotEqual(RequestIdentity.Of(Query(), 12, 345, Today), RequestIdentity.Of(Query(TransactionKind.Reversal), 12, 345, Today));

    [Fact]
    public void Identity_OfAnotherKind_IsTheSameAndComparesAsDifferent()
    {
        Assert.Equal(RequestIdentity.Of(Query(), 12, 345, Today), RequestIdentity.Of(Query(TransactionKind.Refund), 12, 345, Today));
        Assert.Equal(RequestMatch.Different, RequestIdentity.Compare(Query(), Query(TransactionKind.Refund)));
    }

    [Theory]
    [InlineData(0, 0)]
    [InlineData(999_999, 999_999)]
    public void Numbers_OfSixDigits_AreTaken(int batch, int trace) => Assert.Equal((batch, trace), (RequestIdentity.Of(Query(), batch, trace, Today).Batch, RequestIdentity.Of(Query(), batch, trace, Today).Trace));

    [Theory]
    [InlineData(-1, 0)]
    [InlineData(0, -1)]
    [InlineData(1_000_000, 0)]
    [InlineData(0, 1_000_000)]
    public void Numbers_OfMoreDigits_AreRefused(int batch, int trace) => Assert.Throws<ArgumentOutOfRangeException>(() => RequestIdentity.Of(Query(), batch, trace, Today));

    [Fact]
    public void Compare_AnyPartDifferent_IsDifferent()
    {
        StatusQuery[] others =
        [
            Query() with { Sn = Sn("00000202B1234567") }, Query() with { AmountMinor = 1 }, Query() with { Currency = 840 }, Query() with { TransactionsOf = Today },
            Query() with { Payer = new Payer { Account = AccountClass.Class1 } }, Query() with { Payer = new Payer { CardClass = CardClass.Debit } },
            Query() with { Payer = new Payer { CardValidToMonth = 24_000 } }, Query() with { Payer = new Payer { Code = CodeKind.Static } }, Query(TransactionKind.PreAuth),
        ];
        Assert.Equal(RequestMatch.Same, RequestIdentity.Compare(Query(), Query()));
        Assert.All(others, other => Assert.Equal(RequestMatch.Different, RequestIdentity.Compare(Query(), other)));
    }

    [Fact]
    public void Compare_WhatChangesFromTryToTry_IsTheSame()
    {
        StatusQuery[] tries =
        [
            Query() with { Currency = 156 }, Query() with { SnProof = true }, Query() with { AppVersion = Version("1") }, Query() with { Place = new TerminalPlace { HasPoint = true } },
            Query() with { Payer = new Payer { DayFen = 5, DayCount = 1, CodeDayFen = 5 } },
        ];
        Assert.All(tries, again => Assert.Equal(RequestMatch.Same, RequestIdentity.Compare(Query(), again)));
    }
}
