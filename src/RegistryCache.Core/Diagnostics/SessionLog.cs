using Microsoft.Extensions.Logging;
using RegistryCache.Core.Content;

namespace RegistryCache.Core.Diagnostics;

/// <summary>What sessions and folder caches log. Event ids are stable: 1100 to 1199.</summary>
internal static partial class SessionLog
{
    [LoggerMessage(1101, LogLevel.Warning, "A cached result of {Step} could not be loaded ({Code}) and is dropped: {Reason}")]
    public static partial void ResultDropped(ILogger logger, object step, string code, string reason);

    [LoggerMessage(1102, LogLevel.Warning, "Layer {Layer} of a cache is gone; results that need it are not exported: {Reason}")]
    public static partial void LayerDropped(ILogger logger, Digest layer, string reason);

    [LoggerMessage(1110, LogLevel.Information, "Another writer moved {Place}:{Tag}; uniting with it again, attempt {Attempt}.")]
    public static partial void MergeRetried(ILogger logger, string place, string tag, int attempt);
}
