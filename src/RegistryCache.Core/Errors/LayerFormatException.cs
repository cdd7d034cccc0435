namespace RegistryCache;

/// <summary>A layer blob or the tar inside it is corrupt, unsupported or unsafe.</summary>
/// <param name="code">The stable code.</param>
/// <param name="message">What is wrong, where, and what to do.</param>
/// <param name="innerException">The cause, if another exception is.</param>
public sealed class LayerFormatException(RegistryCacheErrorCode code, string message, Exception? innerException = null)
    : RegistryCacheException(code, message, innerException);
