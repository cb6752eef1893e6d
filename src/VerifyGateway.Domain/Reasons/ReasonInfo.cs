namespace VerifyGateway.Domain.Reasons;

/// <summary>What a reason does to a check when it applies.</summary>
public enum ReasonClass : byte
{
    /// <summary>The transaction goes on.</summary>
    Allow,
    /// <summary>The transaction goes on, with a warning.</summary>
    Warn,
    /// <summary>The transaction does not go on.</summary>
    Decline,
    /// <summary>The gateway cannot tell now.</summary>
    RetryLater,
}

/// <summary>The five causes that a merchant can tell apart: is it my input, the system, my account, a rule or the card?</summary>
public enum CauseFamily : byte
{
    /// <summary>No cause: nothing is wrong.</summary>
    None,
    /// <summary>Something that was entered or filed is wrong or missing (信息填写).</summary>
    Input,
    /// <summary>The system: an update, maintenance, a fault (系统与升级).</summary>
    System,
    /// <summary>The state of account, merchant or terminal: frozen, ended, to be verified again (账户状态).</summary>
    Account,
    /// <summary>A rule or a limit (政策规定).</summary>
    Policy,
    /// <summary>A card: the payer's or the settlement card (卡片).</summary>
    Card,
}

/// <summary>Who may learn of a reason.</summary>
public enum Visibility : byte
{
    /// <summary>Everyone: its line goes to the operator's screen.</summary>
    Terminal,
    /// <summary>The calling system: its code is in the answer, the screen shows a general line.</summary>
    Caller,
    /// <summary>Callers with the right to see confidential reasons; for all others it looks like every other confidential one.</summary>
    Confidential,
}

/// <summary>One row of the reason table.</summary>
/// <param name="Reason">The reason.</param>
/// <param name="Class">What it does to a check.</param>
/// <param name="Family">Which of the five causes it belongs to.</param>
/// <param name="De39">ISO 8583 response code, two characters.</param>
/// <param name="PromptZh">Line for the operator's screen in Chinese, at most 16 Han characters.</param>
/// <param name="PromptEn">The same in English, at most 40 characters.</param>
/// <param name="Remedy">What removes it.</param>
/// <param name="Visibility">Who may learn of it.</param>
public sealed record ReasonInfo(
    Reason Reason, ReasonClass Class, CauseFamily Family, string De39, string PromptZh, string PromptEn, Remedy Remedy, Visibility Visibility = Visibility.Terminal)
{
    /// <summary>The reason's code as people and programs read it: <c>TERMINAL_NOT_REGISTERED</c>.</summary>
    public string Code { get; } = Codes.Of(Reason);

    /// <summary>True when only authorised callers may learn which of the confidential reasons it is, and when it ends.</summary>
    public bool IsConfidential => Visibility == Visibility.Confidential;
}
