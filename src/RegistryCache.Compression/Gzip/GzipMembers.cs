using System.Buffers.Binary;
using System.IO.Hashing;
using RegistryCache.Compression.Inflate;

namespace RegistryCache.Compression.Gzip;

/// <summary>Decodes the members of a gzip blob, one after another, to the end of the blob. The checksum and length of each member must
/// match, and the blob may contain only members. Source: RFC 1952.</summary>
internal sealed class GzipMembers : IDisposable
{
    private readonly InflateInput _input;
    private readonly InflateWindow _window = new();
    private readonly GzipMemberHeader _header;
    private readonly Inflater _inflater;
    private readonly Crc32 _crc = new();
    private bool _inMember;
    private bool _anyMember;
    private uint _length;

    public GzipMembers(Stream blob)
    {
        _input = new InflateInput(blob);
        _header = new GzipMemberHeader(_input);
        _inflater = new Inflater(_input, _window);
    }

    public bool Ended { get; private set; }

    /// <summary>Whether decoded bytes are available for <see cref="Take"/>.</summary>
    public bool HasContent => _window.Undelivered > 0;

    public int Take(Span<byte> target) => _window.Deliver(target);

    /// <summary>Decodes one more piece, which may or may not have content. All earlier content must have been taken.</summary>
    public async ValueTask AdvanceAsync(bool mayBeEmpty, CancellationToken cancellationToken)
    {
        if (!_inMember)
        {
            await BeginMemberAsync(mayBeEmpty, cancellationToken).ConfigureAwait(false);
            return;
        }

        switch (Decode())
        {
            case InflateStatus.Ended:
                await EndMemberAsync(cancellationToken).ConfigureAwait(false);
                break;
            case InflateStatus.NeedsInput when !HasContent:
                await _input.FillAsync(cancellationToken).ConfigureAwait(false);
                break;
        }
    }

    public void Dispose()
    {
        _input.Dispose();
        _window.Dispose();
    }

    private InflateStatus Decode()
    {
        if (_window.IsFull)
            _window.Slide();
        var start = _window.Position;
        try
        {
            return _inflater.Run();
        }
        finally
        {
            var decoded = _window.From(start);
            _crc.Append(decoded);
            _length = unchecked(_length + (uint)decoded.Length);
        }
    }

    private async ValueTask BeginMemberAsync(bool mayBeEmpty, CancellationToken cancellationToken)
    {
        if (!await _input.HasBytesAsync(1, cancellationToken).ConfigureAwait(false))
        {
            Ended = _anyMember || mayBeEmpty ? true : throw InflateDamage.Error("it is empty");
            return;
        }

        await _input.HasBytesAsync(2, cancellationToken).ConfigureAwait(false);
        if (!IsMagic(_input.Bytes))
            throw InflateDamage.Error(_anyMember
                ? $"it has extra bytes{(_input.Bytes[0] == 0 ? " (zeros or others)" : "")} after its last member"
                : "it does not begin with a gzip header");
        await _header.SkipAsync(cancellationToken).ConfigureAwait(false);
        _inflater.Restart();
        _crc.Reset();
        _length = 0;
        _inMember = true;
        _anyMember = true;
    }

    private async ValueTask EndMemberAsync(CancellationToken cancellationToken)
    {
        _input.AlignToByte();
        if (!await _input.HasBytesAsync(GzipFormat.TrailerLength, cancellationToken).ConfigureAwait(false))
            throw InflateDamage.CutOff("a member's trailer");
        if (BinaryPrimitives.ReadUInt32LittleEndian(_input.Bytes) != _crc.GetCurrentHashAsUInt32())
            throw InflateDamage.Error("a member does not match its checksum");
        if (BinaryPrimitives.ReadUInt32LittleEndian(_input.Bytes[sizeof(uint)..]) != _length)
            throw InflateDamage.Error("a member's content does not match the length in its trailer");
        _input.SkipBytes(GzipFormat.TrailerLength);
        _inMember = false;
    }

    /// <summary>A single byte may be the start of a truncated header.</summary>
    private static bool IsMagic(ReadOnlySpan<byte> bytes) =>
        bytes[0] == GzipFormat.Magic1 && (bytes.Length == 1 || bytes[1] == GzipFormat.Magic2);
}
