using System.IO.Pipelines;

namespace RegistryCache.Core.Snapshots;

/// <summary>Reads what a producer writes into a pipe. If the producer fails, a read throws its exception.</summary>
internal sealed class ProducerStream : ForwardReadStream
{
    private readonly CancellationTokenSource _stop = new();
    private readonly Stream _reader;
    private readonly Task _producer;

    public ProducerStream(Pipe pipe, Func<Stream, CancellationToken, Task> produce)
    {
        _reader = pipe.Reader.AsStream();
        _producer = Task.Run(() => ProduceAsync(pipe.Writer, produce, _stop.Token));
    }

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
        _reader.ReadAsync(buffer, cancellationToken);

    protected override async ValueTask CloseAsync()
    {
        await _stop.CancelAsync().ConfigureAwait(false);
        await _reader.DisposeAsync().ConfigureAwait(false);
        await _producer.ConfigureAwait(false);
        _stop.Dispose();
    }

    // A failure goes to the reader through the pipe, so awaiting the producer never throws.
    private static async Task ProduceAsync(PipeWriter writer, Func<Stream, CancellationToken, Task> produce, CancellationToken stop)
    {
        Exception? failure = null;
        try
        {
            var stream = writer.AsStream(leaveOpen: true);
            await using (stream.ConfigureAwait(false))
                await produce(stream, stop).ConfigureAwait(false);
        }
#pragma warning disable CA1031 // The reader rethrows it.
        catch (Exception e)
        {
            failure = e;
        }
#pragma warning restore CA1031

        await writer.CompleteAsync(failure).ConfigureAwait(false);
    }
}
