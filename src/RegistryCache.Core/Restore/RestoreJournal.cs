using System.Buffers;
using System.Globalization;
using Microsoft.Win32.SafeHandles;
using RegistryCache.Core.Entries;
using RegistryCache.Core.Errors;
using RegistryCache.Core.FileSystem;

namespace RegistryCache.Core.Restore;

/// <summary>The steps of a restore, written before they are made. A record is twelve texts that end with NUL, and a line feed. A truncated
/// record is ignored.</summary>
internal sealed class RestoreJournal(string path, SafeFileHandle reader, SafeFileHandle? writer) : IDisposable
{
    private const int Fields = 12;
    private const int FlushAt = 64 * 1024;
    private static readonly SearchValues<string> NotPlain = SearchValues.Create(["//", "/./", "/../"], StringComparison.Ordinal);
    private readonly SafeFileHandle _reader = reader;
    private readonly SafeFileHandle? _writer = writer;
    private readonly ArrayBufferWriter<byte> _pending = new();
    private byte[] _window = new byte[FlushAt];
    private long _windowStart;
    private int _windowLength;
    private long _length;

    public static RestoreJournal Create(Folder staging)
    {
        var writer = staging.TryCreateFile(StagingNames.Journal);
        try
        {
            var reader = staging.TryOpenFile(StagingNames.Journal)
                ?? throw new InvalidOperationException("The staging directory is not new.");
            return new RestoreJournal(Path.Join(staging.FullPath, StagingNames.Journal), reader, writer);
        }
        catch
        {
            writer?.Dispose();
            throw;
        }
    }

    /// <summary>Opens the journal of another restore, or returns <see langword="null"/> when there is none.</summary>
    public static RestoreJournal? TryOpen(Folder staging) => staging.TryOpenFile(StagingNames.Journal) is { } reader
        ? new RestoreJournal(Path.Join(staging.FullPath, StagingNames.Journal), reader, null)
        : null;

    public void Append(JournalRecord record)
    {
        var node = record.Node;
        string[] fields =
        [
            ((char)record.Kind).ToString(), Text(record.Area), record.Layer, record.Target,
            Text((int)node.Kind), Text((int)node.Mode), Text(node.UserId),
            Text(node.GroupId), Text((long)node.Inode), Text(node.Size), Text(node.Modified.Seconds), Text(node.Modified.Nanoseconds),
        ];
        _pending.Write(PathText.Encode(string.Join('\0', fields) + "\0\n"));
        if (_pending.WrittenCount >= FlushAt)
            Write();
    }

    /// <summary>Hands everything over to the system, and with <paramref name="toDisk"/> to the disk.</summary>
    public void Write(bool toDisk = false) => Try(() =>
    {
        RandomAccess.Write(_writer!, _pending.WrittenSpan, _length);
        _length += _pending.WrittenCount;
        _pending.ResetWrittenCount();
        if (toDisk)
            RandomAccess.FlushToDisk(_writer!);
        return 0;
    });

    /// <summary>The record at an offset, which then moves on; <see langword="null"/> at the end of what was written.</summary>
    public JournalRecord? Read(ref long offset)
    {
        if ((Find(offset) ?? (Refill(offset) ? Find(offset) : null)) is not { } length)
            return null;
        var record = Parse(_window.AsSpan((int)(offset - _windowStart), length), offset);
        offset += length;
        return record;
    }

    public List<JournalRecord> ReadAll()
    {
        var result = new List<JournalRecord>();
        for (long offset = 0; Read(ref offset) is { } record;)
            result.Add(record);
        return result;
    }

    public void Dispose()
    {
        _reader.Dispose();
        _writer?.Dispose();
    }

    // The length of the record at an offset if the window holds all of it.
    private int? Find(long offset)
    {
        if (offset < _windowStart || offset >= _windowStart + _windowLength)
            return null;
        var rest = _window.AsSpan((int)(offset - _windowStart), (int)(_windowStart + _windowLength - offset));
        var end = 0;
        for (var field = 0; field < Fields; field++)
        {
            var next = rest[end..].IndexOf((byte)0);
            if (next < 0)
                return null;
            end += next + 1;
        }

        return end < rest.Length ? end + 1 : null;
    }

    private bool Refill(long offset) => Try(() =>
    {
        // A record has two paths, so what does not fit into a megabyte is not a record.
        for (; ; _window = new byte[_window.Length * 2])
        {
            _windowStart = offset;
            _windowLength = 0;
            for (int read;
                _windowLength < _window.Length
                && (read = RandomAccess.Read(_reader, _window.AsSpan(_windowLength), offset + _windowLength)) > 0;)
                _windowLength += read;
            if (Find(offset) is not null)
                return true;
            if (_windowLength < _window.Length || _window.Length > 1 << 20)
                return false;
        }
    });

    private JournalRecord Parse(ReadOnlySpan<byte> bytes, long offset)
    {
        var fields = PathText.Decode(bytes[..^2]).Split('\0');
        if (bytes[^1] != '\n' || fields.Length != Fields || !IsPlain(fields[2]) || !IsPlain(fields[3]))
            throw Invalid();
        var numbers = new long[Fields];
        for (var i = 4; i < Fields; i++)
        {
            if (!long.TryParse(fields[i], NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out numbers[i]))
                throw Invalid();
        }

        var node = new FileNode
        {
            Name = "",
            Kind = (FileKind)numbers[4],
            Mode = FileModes.Of(numbers[5]),
            UserId = (uint)numbers[6],
            GroupId = (uint)numbers[7],
            Inode = (ulong)numbers[8],
            Size = numbers[9],
            Modified = new FileTime(numbers[10], (int)numbers[11]),
        };
        return int.TryParse(fields[1], NumberStyles.None, CultureInfo.InvariantCulture, out var area) && fields[0].Length == 1
            ? new JournalRecord((JournalKind)fields[0][0], area, fields[2], fields[3], node) { Offset = offset }
            : throw Invalid();
    }

    private static bool IsPlain(string path) => path.Length == 0 || !$"/{path}/".AsSpan().ContainsAny(NotPlain);

    private static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);

    private CacheStorageException Invalid() => new(
        RegistryCacheErrorCode.StorageFailure,
        $"The journal of an interrupted restore, '{ErrorText.Quote(path)}', is damaged. "
            + "Its directory may contain your files. Move them out, then delete the directory.");

    private T Try<T>(Func<T> operation)
    {
        try
        {
            return operation();
        }
        catch (Exception e) when (StorageError.Is(e))
        {
            throw CacheStorageException.Failed($"Cannot use the journal '{ErrorText.Quote(path)}'", e);
        }
    }
}
