using System.Globalization;

namespace RegistryCache;

/// <summary>The base class of every exception of this library. Wrong arguments of a call raise <see cref="ArgumentException"/> and
/// cancellation raises <see cref="OperationCanceledException"/>, as everywhere in .NET.</summary>
public class RegistryCacheException : Exception
{
    private string? _about;
    private string? _sources;

    /// <summary>Creates an exception.</summary>
    /// <param name="code">The stable code.</param>
    /// <param name="message">What is wrong, where, and what to do, in one line. <see cref="ErrorText.Clean"/> is applied to it.</param>
    /// <param name="innerException">The cause, if another exception is.</param>
    public RegistryCacheException(RegistryCacheErrorCode code, string message, Exception? innerException = null)
        : base(ErrorText.Clean(message), innerException) => Code = code;

    /// <summary>The stable code of the error.</summary>
    public RegistryCacheErrorCode Code { get; }

    /// <summary>The code as text, for example <c>RC0302</c>.</summary>
    public string CodeText => string.Create(CultureInfo.InvariantCulture, $"RC{(int)Code:D4}");

    /// <summary>Whether the same operation may succeed later without a change. The default is <see langword="false"/>.</summary>
    public bool IsTransient { get; init; }

    /// <summary>Which end failed; <see cref="CacheSide.None"/> until an exporter or importer knows.</summary>
    public CacheSide Side { get; private set; }

    /// <summary>What is wrong, where, and what to do, in one line.</summary>
    public override string Message => (_about is null ? base.Message : $"{_about}: {base.Message}") + _sources;

    /// <summary>Whether what was read is missing, wrong or unreadable, and not a store that does not answer or denies access.</summary>
    internal bool IsAboutContent => (int)Code is >= 200 and < 400 || Code == RegistryCacheErrorCode.StorageFailure;

    /// <summary>Names the step, key or layer that the error is about, unless the message names it already.</summary>
    internal void About(string what, string name)
    {
        name = ErrorText.Quote(name);
        if (name.Length > 0 && !Message.Contains(name, StringComparison.Ordinal))
            _about = _about is null ? $"{what} {name}" : $"{what} {name}: {_about}";
    }

    /// <summary>Adds what each of several sources gave that were asked for the same content. One of them gave this error.</summary>
    internal void Asked(IEnumerable<(string Source, RegistryCacheException Error)> sources) =>
        _sources = " Asked: " + string.Join("; then ", sources.Select(s => s.Error == this ? s.Source : $"{s.Source}: {s.Error.Message}"));

    /// <summary>Sets the end that failed, unless code closer to the failure has set it.</summary>
    internal void Mark(CacheSide side)
    {
        if (Side == CacheSide.None)
            Side = side;
    }
}
