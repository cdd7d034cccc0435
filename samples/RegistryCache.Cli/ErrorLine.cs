using RegistryCache.Core.Errors;

namespace RegistryCache.Cli;

/// <summary>One line for one error.</summary>
internal static class ErrorLine
{
    public static string Of(RegistryCacheException e)
    {
        var side = e.Side switch { CacheSide.Source => " (source)", CacheSide.Target => " (target)", _ => "" };
        return $"error {e.CodeText}{side}: {e.Message.ReplaceLineEndings(" ")}";
    }
}
