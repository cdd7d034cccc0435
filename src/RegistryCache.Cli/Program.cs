using RegistryCache.Cli;
using var signals = new Signals();
var width = Console.IsOutputRedirected || Console.WindowWidth <= 0 ? (int?)null : Console.WindowWidth;
var terminal = new Terminal(
    Console.Out, Console.Error, showsProgress: !Console.IsErrorRedirected, TimeProvider.System, width: width);
var exitCode = await new CommandLine(terminal).RunAsync(args, signals.Token);
return (int)(exitCode == ExitCode.Cancelled ? signals.ExitCode : exitCode);
