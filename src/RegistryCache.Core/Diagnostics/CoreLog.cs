using Microsoft.Extensions.Logging;

namespace RegistryCache.Core.Diagnostics;

/// <summary>What Core logs. Event ids are stable: 1000 to 1999.</summary>
internal static partial class CoreLog
{
    [LoggerMessage(1001, LogLevel.Information, "Cache source {Source}: {Records} records from manifest {Manifest}.")]
    public static partial void ImportHit(ILogger logger, CacheSource source, int records, Digest manifest);

    [LoggerMessage(1002, LogLevel.Information, "Cache source {Source} has no cache: {Reason}")]
    public static partial void ImportMiss(ILogger logger, CacheSource source, string reason);

    [LoggerMessage(1003, LogLevel.Warning, "Cache source {Source} could not be read ({Code}): {Reason}")]
    public static partial void ImportFailed(ILogger logger, CacheSource source, string code, string reason);

    [LoggerMessage(1004, LogLevel.Warning, "Cache source {Source}: {Manifest} was skipped: {Reason}")]
    public static partial void ImportSkipped(ILogger logger, CacheSource source, Digest manifest, string reason);

    [LoggerMessage(1010, LogLevel.Information, "Cache target {Target}: nothing to export, the target is not changed.")]
    public static partial void ExportEmpty(ILogger logger, CacheTarget target);

    [LoggerMessage(1011, LogLevel.Information, "Cache target {Target}: {Layers} layers, manifest {Manifest}.")]
    public static partial void ExportDone(ILogger logger, CacheTarget target, int layers, Digest manifest);

    [LoggerMessage(1012, LogLevel.Warning, "Cache target {Target}: {Warning}")]
    public static partial void ExportWarning(ILogger logger, CacheTarget target, string warning);

    [LoggerMessage(1013, LogLevel.Warning,
        "Cache target {Target} failed ({Code}). The target has ignore-error, so this is only reported: {Reason}")]
    public static partial void ExportIgnored(ILogger logger, CacheTarget target, string code, string reason);

    [LoggerMessage(1014, LogLevel.Debug, "Cache target {Target}: the content of its tag could not be read ({Code}): {Reason}")]
    public static partial void TagNotRead(ILogger logger, CacheTarget target, string code, string reason);

    [LoggerMessage(1015, LogLevel.Information,
        "Cache target {Target}: the tag could not be moved ({Code}): {Reason} Each blob is checked, then the tag is moved again.")]
    public static partial void BlobsChecked(ILogger logger, CacheTarget target, string code, string reason);

    [LoggerMessage(1016, LogLevel.Warning,
        "The local blobs in {Directory} cannot be used fully, so blobs come from their registry: {Reason}")]
    public static partial void LocalBlobsFailed(ILogger logger, string directory, string reason);

    [LoggerMessage(1017, LogLevel.Warning, "The state of a folder could not be noted in {Directory}: {Reason}")]
    public static partial void FolderStateFailed(ILogger logger, string directory, string reason);
}
