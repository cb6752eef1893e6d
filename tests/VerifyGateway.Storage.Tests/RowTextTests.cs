using VerifyGateway.Domain.Identifiers;
using VerifyGateway.Storage.Rows;

namespace VerifyGateway.Storage.Tests;

/// <summary>Texts of rows never hold what would name a person.</summary>
public sealed class RowTextTests
{
    [Theory]
    [InlineData("440300199001011234")]
    [InlineData("44030019900101123X")]
    [InlineData("6222021234567890123")]
    [InlineData("")]
    [InlineData("ID 1")]
    public void An_id_is_never_a_document_or_card_number(string text) => Assert.False(EntityId.TryParse(text, out _, out _));

    [Theory]
    [InlineData("440300199001011234")]
    [InlineData("44030019900101***4")]
    [InlineData("44030019900****234")]
    [InlineData("张****")]
    public void A_mask_hides(string text) => Assert.False(Mask.TryParse(text, out _, out _));
}
