using System.Runtime.ExceptionServices;
using RegistryCache.Core.Errors;

namespace RegistryCache.Compression.Gzip;

/// <summary>Decodes all members of a gzip blob, which it owns. Bytes decoded before damage are returned before the error, so a reader that
/// needs only the beginning gets it.</summary>
internal sealed class GzipDecodeStream(Stream blob, bool mayBeEmpty = false) : ForwardReadStream
{
    private readonly GzipMembers _members = new(blob);
    private ExceptionDispatchInfo? _damage;

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        ObjectDisposedException.ThrowIf(!CanRead, this);
        if (buffer.IsEmpty)
            return 0;
        while (!_members.HasContent && !_members.Ended)
        {
            _damage?.Throw();
            await AdvanceAsync(cancellationToken).ConfigureAwait(false);
        }

        return _members.Take(buffer.Span);
    }

    protected override ValueTask CloseAsync()
    {
        _members.Dispose();
        return blob.DisposeAsync();
    }

    private async ValueTask AdvanceAsync(CancellationToken cancellationToken)
    {
        try
        {
            await _members.AdvanceAsync(mayBeEmpty, cancellationToken).ConfigureAwait(false);
        }
        catch (LayerFormatException e)
        {
            _damage = ExceptionDispatchInfo.Capture(e);
        }
    }
}
