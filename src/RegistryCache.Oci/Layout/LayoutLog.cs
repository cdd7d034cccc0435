using Microsoft.Extensions.Logging;

namespace RegistryCache.Oci.Layout;

internal static partial class LayoutLog
{
    [LoggerMessage(5101, LogLevel.Warning,
        "{Layout}: blob {Digest} is damaged and was replaced by verified content.")]
    public static partial void BlobHealed(ILogger logger, string layout, Digest digest);

    [LoggerMessage(5102, LogLevel.Information, "{Layout}: removed the abandoned write {Name}.")]
    public static partial void IngestRemoved(ILogger logger, string layout, string name);

    [LoggerMessage(5103, LogLevel.Warning, "{Layout}: the abandoned write {Name} could not be removed: {Reason}")]
    public static partial void IngestKept(ILogger logger, string layout, string name, string reason);

    [LoggerMessage(5104, LogLevel.Warning, "{Layout}: no blobs were removed: {Reason}")]
    public static partial void ResetRefused(ILogger logger, string layout, string reason);

    [LoggerMessage(5105, LogLevel.Information, "{Layout}: removed {Count} blobs, {Bytes} bytes.")]
    public static partial void ResetDone(ILogger logger, string layout, int count, long bytes);
}
