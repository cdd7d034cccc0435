using RegistryCache.Cli.Options;

namespace RegistryCache.Cli;

/// <summary>Formats an error as one line.</summary>
internal static class ErrorLine
{
    public static string Of(RegistryCacheException e)
    {
        var side = e.Side switch { CacheSide.Source => " (source)", CacheSide.Target => " (target)", _ => "" };
        return $"error {e.CodeText}{side}: {e.Message.ReplaceLineEndings(" ")}{Option(e)}{Repair(e)}";
    }

    /// <summary>Whether the framework throws this when a file or a stream of the process cannot be read or written.</summary>
    public static bool IsOfFile(Exception e) => e is IOException or UnauthorizedAccessException;

    /// <summary>The option of the tool that raises a limit.</summary>
    private static string Option(RegistryCacheException e) => (e as LimitExceededException)?.LimitName switch
    {
        "CompressionOptions.MaxZstdWindowBytes" => $" Use {ReadingOptions.MaxZstdWindowName}.",
        "LayerOptions.MaxRatio" => $" Use {ReadingOptions.MaxRatioName}.",
        _ => "",
    };

    /// <summary>The command that repairs a source if that is possible. What is damaged stays in use until then, because a save sees only
    /// that it is there.</summary>
    private static string Repair(RegistryCacheException e) => (e.Side, e.Code) switch
    {
        (CacheSide.Source, RegistryCacheErrorCode.ContentNotFound) => " See 'registry-cache heal'.",
        (CacheSide.Source, RegistryCacheErrorCode.DigestMismatch or RegistryCacheErrorCode.SizeMismatch
            or RegistryCacheErrorCode.CorruptLayer) => " See 'registry-cache heal --thorough'.",
        _ => "",
    };

    /// <summary>Writes the line, with what failed if that must be named, and the details if they are wanted.</summary>
    /// <returns>The exit code of the process.</returns>
    public static ExitCode Write(RegistryCacheException e, Terminal terminal, bool isVerbose, string? about = null, bool isIgnored = false)
    {
        terminal.Note((isIgnored ? "ignored " : "") + Of(e), about);
        if (isVerbose)
            terminal.Details(e.ToString());
        return e.Code is RegistryCacheErrorCode.InvalidOptions or RegistryCacheErrorCode.InvalidReference
            ? ExitCode.WrongUsage : ExitCode.Failed;
    }
}
