namespace VerifyGateway.Cli;

/// <summary>How vgctl ends; where there is one, the number is that of sysexits.h.</summary>
public static class ExitCodes
{
    /// <summary>Done.</summary>
    public const int Ok = 0;

    /// <summary>The command line is wrong, or names a file that cannot be read or written.</summary>
    public const int Usage = 2;

    /// <summary>The input had bad lines, of which the good ones are committed, unless strict; or what a store holds was found to be wrong.</summary>
    public const int BadInput = 65;

    /// <summary>The gateway does not answer.</summary>
    public const int Unavailable = 69;

    /// <summary>The store cannot be used.</summary>
    public const int StoreUnusable = 78;

    /// <summary>Ended by Ctrl-C; what was committed stays.</summary>
    public const int Interrupted = 130;
}
