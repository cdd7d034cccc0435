using System.Runtime.InteropServices;

namespace RegistryCache.Cli;

/// <summary>
/// The signals that ask a process to end: Ctrl-C, SIGTERM of CI runners and containers, SIGHUP of a terminal that goes away. The first
/// one ends the work in an orderly way, a second one ends the process at once.
/// </summary>
internal sealed class Signals : IDisposable
{
    private readonly CancellationTokenSource _cancellation = new();
    private readonly List<PosixSignalRegistration> _registrations = [];
    private int _received;

    public Signals()
    {
        foreach (var signal in (PosixSignal[])[PosixSignal.SIGINT, PosixSignal.SIGTERM, PosixSignal.SIGHUP])
            _registrations.Add(PosixSignalRegistration.Create(signal, Receive));
    }

    public CancellationToken Token => _cancellation.Token;

    /// <summary>What the process tells its caller when it was ended: 128 and the number of the signal, as shells report it.</summary>
    public ExitCode ExitCode => (ExitCode)Volatile.Read(ref _received);

    public void Dispose()
    {
        foreach (var registration in _registrations)
            registration.Dispose();
        _cancellation.Dispose();
    }

    private void Receive(PosixSignalContext context)
    {
        var code = context.Signal switch
        {
            PosixSignal.SIGTERM => ExitCode.Terminated,
            PosixSignal.SIGHUP => ExitCode.HungUp,
            _ => ExitCode.Cancelled,
        };
        context.Cancel = true;
        if (Interlocked.CompareExchange(ref _received, (int)code, 0) != 0)
            Environment.Exit((int)code);
        _cancellation.Cancel();
    }
}
