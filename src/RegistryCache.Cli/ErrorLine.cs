namespace RegistryCache.Cli;

/// <summary>Formats an error as one line.</summary>
internal static class ErrorLine
{
    public static string Of(RegistryCacheException e)
    {
        var side = e.Side switch { CacheSide.Source => " (source)", CacheSide.Target => " (target)", _ => "" };
        return $"error {e.CodeText}{side}: {e.Message.ReplaceLineEndings(" ")}{Option(e)}";
    }

    /// <summary>The option of the tool that raises a limit.</summary>
    private static string Option(RegistryCacheException e) => (e as LimitExceededException)?.LimitName switch
    {
        "CompressionOptions.MaxZstdWindowBytes" => $" Use {Caches.MaxZstdWindow}.",
        "LayerOptions.MaxRatio" => $" Use {Caches.MaxRatio}.",
        _ => "",
    };

    /// <summary>Writes the line after a prefix that names what failed, and the details if they are wanted.</summary>
    /// <returns>The exit code of the process.</returns>
    public static ExitCode Write(RegistryCacheException e, Terminal terminal, bool isVerbose, string prefix = "")
    {
        terminal.Note(prefix + Of(e));
        if (isVerbose)
            terminal.Details(e.ToString());
        return e.Code is RegistryCacheErrorCode.InvalidOptions or RegistryCacheErrorCode.InvalidReference
            ? ExitCode.WrongUsage : ExitCode.Failed;
    }
}
