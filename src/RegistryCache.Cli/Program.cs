using RegistryCache.Cli;
using var signals = new Signals();
try
{
    await using var output = StandardStreams.Open(Console.OpenStandardOutput());
    await using var error = StandardStreams.Open(Console.OpenStandardError());
    var (outputIsTerminal, errorIsTerminal) = (!Console.IsOutputRedirected, !Console.IsErrorRedirected);
    var width = (outputIsTerminal || errorIsTerminal) && Console.WindowWidth > 0 ? Console.WindowWidth : (int?)null;
    var showsColors = StandardStreams.ShowColors();
    var terminal = new Terminal(output, error, errorIsTerminal, TimeProvider.System, width: outputIsTerminal ? width : null)
    {
        ErrorWidth = errorIsTerminal ? width : null,
        ColorsOutput = outputIsTerminal && showsColors,
        ColorsError = errorIsTerminal && showsColors,
    };
    var exitCode = await new CommandLine(terminal).RunAsync(args, signals.Token);
    return (int)(exitCode == ExitCode.Cancelled ? signals.ExitCode : exitCode);
}
catch (Exception e) when (ErrorLine.IsOfFile(e))
{
    // Standard error cannot be written either, so only the exit code can say it.
    return (int)ExitCode.Failed;
}
