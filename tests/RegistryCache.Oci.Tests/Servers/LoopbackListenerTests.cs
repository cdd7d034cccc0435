using System.Net;
using System.Net.Sockets;
using RegistryCache.Fixtures.Servers;

namespace RegistryCache.Oci.Tests.Servers;

/// <summary>
/// The accept loop under every hand-written test server: it must end in order at whatever moment the server is disposed.
/// </summary>
public sealed class LoopbackListenerTests
{
    [Test]
    public async Task Disposing_while_a_connection_is_taken_over_ends_in_order()
    {
        using var taken = new ManualResetEventSlim();
        var listener = new LoopbackListener((connection, stop) =>
        {
            taken.Set();

            // Code before the first await runs inside the accept loop. Here it runs until the port is closed, or for a moment if the
            // listener waits for it first.
            stop.WaitHandle.WaitOne();
            var address = (IPEndPoint)connection.Client.LocalEndPoint!;
            SpinWait.SpinUntil(() => IsClosed(address), TimeSpan.FromMilliseconds(200));
            connection.Dispose();
            return Task.CompletedTask;
        });
        listener.Start();
        using var client = await ConnectAsync(listener);
        await Task.Run(taken.Wait);

        await listener.DisposeAsync();
    }

    [Test]
    public async Task Disposing_waits_for_connections_and_takes_no_more()
    {
        var (accepted, ended) = (0, 0);
        var listener = new LoopbackListener(async (connection, stop) =>
        {
            using var own = connection;
            Interlocked.Increment(ref accepted);
            await Task.Delay(Timeout.Infinite, stop).ContinueWith(static _ => { }, TaskScheduler.Default);
            Interlocked.Increment(ref ended);
        });
        listener.Start();
        var host = listener.Host;
        using var first = await ConnectAsync(listener);
        using var second = await ConnectAsync(listener);

        await listener.DisposeAsync();

        using (Assert.EnterMultipleScope())
        {
            Assert.That(listener.Host, Is.EqualTo(host), "the address is known after the end as well");
            Assert.That(IsClosed(IPEndPoint.Parse(host)), Is.True);
            Assert.That(accepted, Is.EqualTo(ended), "a connection was left behind");
        }
    }

    [Test]
    public async Task A_connection_that_fails_does_not_end_the_others_and_is_reported()
    {
        var served = 0;
        var listener = new LoopbackListener((connection, _) =>
        {
            connection.Dispose();
            if (Interlocked.Increment(ref served) == 1)
                throw new InvalidDataException("the first");
            return Task.CompletedTask;
        });
        listener.Start();
        for (var i = 0; i < 2; i++)
        {
            using var client = await ConnectAsync(listener);
            await client.GetStream().CopyToAsync(Stream.Null);
        }

        Assert.That(async () => await listener.DisposeAsync(), Throws.TypeOf<InvalidDataException>().With.Message.EqualTo("the first"));
        Assert.That(served, Is.EqualTo(2));
    }

    [Test]
    public async Task Disposing_at_random_moments_of_arriving_connections_never_throws()
    {
        var seed = Environment.TickCount;
        await TestContext.Out.WriteLineAsync($"seed {seed}");
        var random = new Random(seed);
        for (var round = 0; round < 100; round++)
        {
            var listener = new LoopbackListener(static async (connection, stop) =>
            {
                using var own = connection;
                await connection.GetStream().CopyToAsync(Stream.Null, stop).ContinueWith(static _ => { }, TaskScheduler.Default);
            });
            listener.Start();
            var address = IPEndPoint.Parse(listener.Host);
            var connecting = Task.WhenAll(Enumerable.Range(0, 4).Select(_ => TryConnectAsync(address)));
            Thread.SpinWait(random.Next(20_000));
            await listener.DisposeAsync();
            await connecting;
        }
    }

    private static async Task<TcpClient> ConnectAsync(LoopbackListener listener)
    {
        var client = new TcpClient();
        await client.ConnectAsync(IPEndPoint.Parse(listener.Host));
        return client;
    }

    private static async Task TryConnectAsync(IPEndPoint address)
    {
        using var client = new TcpClient();
        try
        {
            await client.ConnectAsync(address);
            await client.GetStream().WriteAsync("x"u8.ToArray());
        }
        catch (Exception e) when (e is SocketException or IOException)
        {
            // The listener has ended.
        }
    }

    private static bool IsClosed(IPEndPoint address)
    {
        using var probe = new TcpClient();
        try
        {
            probe.Connect(address);
            return false;
        }
        catch (SocketException)
        {
            return true;
        }
    }
}
