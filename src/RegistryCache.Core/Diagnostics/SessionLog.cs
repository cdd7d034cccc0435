using Microsoft.Extensions.Logging;

namespace RegistryCache.Core.Diagnostics;

/// <summary>What sessions and folder caches log. Event ids are stable: 1100 to 1199.</summary>
internal static partial class SessionLog
{
    [LoggerMessage(1101, LogLevel.Warning,
        "A cached result of {Step} could not be loaded ({Code}) and is not used again in this session: {Reason}")]
    public static partial void ResultDropped(ILogger logger, object step, string code, string reason);

    [LoggerMessage(1102, LogLevel.Warning, "Layer {Layer} of a cache is missing. Results that need it are not exported: {Reason}")]
    public static partial void LayerDropped(ILogger logger, Digest layer, string reason);

    [LoggerMessage(1103, LogLevel.Warning, "A layer of the cache is missing or damaged ({Code}). It is made and sent again: {Reason}")]
    public static partial void LayerSentAgain(ILogger logger, string code, string reason);

    [LoggerMessage(1104, LogLevel.Warning, "{Step}: the result of an earlier source is used; a later source has a newer one, of {Date}.")]
    public static partial void ResultOverruled(ILogger logger, object step, string date);

    [LoggerMessage(1110, LogLevel.Information, "Another writer moved {Place}:{Tag}. Merging with it again, attempt {Attempt}.")]
    public static partial void MergeRetried(ILogger logger, string place, string tag, int attempt);
}
