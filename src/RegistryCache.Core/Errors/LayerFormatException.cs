namespace RegistryCache.Core.Errors;

/// <summary>A layer blob or the tar inside it is corrupt, unsupported or unsafe.</summary>
internal sealed class LayerFormatException(RegistryCacheErrorCode code, string message, Exception? innerException = null)
    : RegistryCacheException(code, message, innerException);
