using System.Runtime.InteropServices;

namespace RegistryCache.Peers.Processes;

/// <summary>
/// Starts a program and waits for it with <c>wait4</c>, which returns the processor time and the peak memory of that program alone, with
/// the programs that it waited for. .NET's own <c>Process</c> takes the exit status itself, so the two cannot be used for one child.
/// </summary>
internal static partial class NativeProcess
{
    private const int StandardInput = 0;
    private const int StandardOutput = 1;
    private const int StandardError = 2;
    private const int ReadOnly = 0;
    private const int CreateForWriting = 0x241;
    private const int OwnerAndReaders = 0x1A4;
    private const short ResetSignals = 4;
    private const int Interrupted = 4;

    // More than any C library on Linux needs for these opaque structures.
    private const int OpaqueLength = 512;

    /// <summary>Starts the program with its output in files.</summary>
    /// <returns>The id of the process.</returns>
    public static unsafe int Start(IReadOnlyList<string> command, IEnumerable<string> environment, string output, string error)
    {
        byte* actions = stackalloc byte[OpaqueLength];
        byte* attributes = stackalloc byte[OpaqueLength];
        byte* signals = stackalloc byte[OpaqueLength];
        Check(InitActions(actions));
        Check(InitAttributes(attributes));
        Check(AddOpen(actions, StandardInput, "/dev/null", ReadOnly, 0));
        Check(AddOpen(actions, StandardOutput, output, CreateForWriting, OwnerAndReaders));
        Check(AddOpen(actions, StandardError, error, CreateForWriting, OwnerAndReaders));

        // .NET ignores SIGPIPE, and a child would inherit that. Filling the set resets every signal.
        Check(FillSignals(signals));
        Check(SetDefaultSignals(attributes, signals));
        Check(SetFlags(attributes, ResetSignals));
        Check(Spawn(out var id, command[0], actions, attributes, [.. command, null], [.. environment, null]));
        return id;
    }

    /// <summary>Blocks until the process ends.</summary>
    public static (int ExitCode, double ProcessorSeconds, long PeakBytes) Wait(int id)
    {
        int status;
        Usage usage;
        while (Wait4(id, out status, 0, out usage) < 0)
        {
            if (Marshal.GetLastPInvokeError() != Interrupted)
                throw new InvalidOperationException($"wait4 failed with {Marshal.GetLastPInvokeError()}.");
        }

        var exitCode = (status & 0x7f) == 0 ? (status >> 8) & 0xff : 128 + (status & 0x7f);
        var seconds = usage.UserSeconds + usage.SystemSeconds + ((usage.UserMicroseconds + usage.SystemMicroseconds) / 1e6);
        return (exitCode, seconds, usage.PeakKilobytes * 1024);
    }

    private static void Check(int result)
    {
        if (result != 0)
            throw new InvalidOperationException($"The program could not be started: error {result}.");
    }

    [LibraryImport("libc", EntryPoint = "posix_spawnp", StringMarshalling = StringMarshalling.Utf8)]
    private static unsafe partial int Spawn(
        out int id, string file, byte* actions, byte* attributes, string?[] arguments, string?[] environment);

    [LibraryImport("libc", EntryPoint = "posix_spawn_file_actions_init")]
    private static unsafe partial int InitActions(byte* actions);

    [LibraryImport("libc", EntryPoint = "posix_spawn_file_actions_addopen", StringMarshalling = StringMarshalling.Utf8)]
    private static unsafe partial int AddOpen(byte* actions, int descriptor, string path, int flags, int mode);

    [LibraryImport("libc", EntryPoint = "posix_spawnattr_init")]
    private static unsafe partial int InitAttributes(byte* attributes);

    [LibraryImport("libc", EntryPoint = "posix_spawnattr_setsigdefault")]
    private static unsafe partial int SetDefaultSignals(byte* attributes, byte* signals);

    [LibraryImport("libc", EntryPoint = "posix_spawnattr_setflags")]
    private static unsafe partial int SetFlags(byte* attributes, short flags);

    [LibraryImport("libc", EntryPoint = "sigfillset")]
    private static unsafe partial int FillSignals(byte* signals);

    [LibraryImport("libc", EntryPoint = "wait4", SetLastError = true)]
    private static partial int Wait4(int id, out int status, int options, out Usage usage);

    /// <summary>The start of <c>struct rusage</c>; its other fields are only given room.</summary>
    [StructLayout(LayoutKind.Sequential, Size = 18 * sizeof(long))]
    private struct Usage
    {
        public long UserSeconds;
        public long UserMicroseconds;
        public long SystemSeconds;
        public long SystemMicroseconds;
        public long PeakKilobytes;
    }
}
