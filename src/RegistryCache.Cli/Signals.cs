using System.Runtime.InteropServices;

namespace RegistryCache.Cli;

/// <summary>
/// Handles the signals that ask a process to end: Ctrl-C, SIGTERM (CI runners, containers) and SIGHUP (a closed terminal). The first
/// one cancels the work in an orderly way. A second one ends the process at once.
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

    /// <summary>The exit code after a signal: 128 plus the signal number, as shells report it.</summary>
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
