using System.Globalization;

namespace RegistryCache;

/// <summary>
/// The root of every exception that this library raises on its own account. Wrong arguments of a call raise
/// <see cref="ArgumentException"/> and cancellation raises <see cref="OperationCanceledException"/>, as everywhere in .NET.
/// </summary>
public class RegistryCacheException : Exception
{
    /// <summary>Creates an exception.</summary>
    /// <param name="code">The stable code.</param>
    /// <param name="message">What is wrong, where, and what to do, on one line. It may quote foreign text: <see cref="ErrorText.Clean"/>
    /// makes it safe.</param>
    /// <param name="innerException">The cause, if another exception is.</param>
    public RegistryCacheException(RegistryCacheErrorCode code, string message, Exception? innerException = null)
        : base(ErrorText.Clean(message), innerException) => Code = code;

    /// <summary>The stable code of the error.</summary>
    public RegistryCacheErrorCode Code { get; }

    /// <summary>The code as text, for example <c>RC0302</c>.</summary>
    public string CodeText => string.Create(CultureInfo.InvariantCulture, $"RC{(int)Code:D4}");

    /// <summary>Whether the same operation may succeed if it is tried again later. The default is <see langword="false"/>.</summary>
    public bool IsTransient { get; init; }

    /// <summary>Which end failed; <see cref="CacheSide.None"/> until an exporter or importer knows.</summary>
    public CacheSide Side { get; private set; }

    /// <summary>Names the end that failed, unless a place closer to the failure has done so already.</summary>
    internal void Mark(CacheSide side)
    {
        if (Side == CacheSide.None)
            Side = side;
    }
}
