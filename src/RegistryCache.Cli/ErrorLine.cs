namespace RegistryCache.Cli;

/// <summary>One line for one error.</summary>
internal static class ErrorLine
{
    public static string Of(RegistryCacheException e)
    {
        var side = e.Side switch { CacheSide.Source => " (source)", CacheSide.Target => " (target)", _ => "" };
        return $"error {e.CodeText}{side}: {e.Message.ReplaceLineEndings(" ")}{Option(e)}";
    }

    /// <summary>How the tool calls the option that a limit names.</summary>
    private static string Option(RegistryCacheException e) => (e as LimitExceededException)?.LimitName switch
    {
        "CompressionOptions.MaxZstdWindowBytes" => $" The option is {Caches.MaxZstdWindow}.",
        "LayerDecodeLimits.MaxRatio" => $" The option is {Caches.MaxRatio}.",
        _ => "",
    };

    /// <summary>Writes the line, behind the name of what failed where there are several, and the details if they are wanted.</summary>
    /// <returns>What the process is to tell its caller.</returns>
    public static ExitCode Write(RegistryCacheException e, Terminal terminal, bool isVerbose, string prefix = "")
    {
        terminal.Note(prefix + Of(e));
        if (isVerbose)
            terminal.Details(e.ToString());
        return e.Code is RegistryCacheErrorCode.InvalidOptions or RegistryCacheErrorCode.InvalidReference ? ExitCode.WrongUsage : ExitCode.Failed;
    }
}
