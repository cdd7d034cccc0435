using RegistryCache.Cli;
using var signals = new Signals();
var terminal = new Terminal(Console.Out, Console.Error, showsProgress: !Console.IsErrorRedirected, TimeProvider.System);
var exitCode = await new CommandLine(terminal).RunAsync(args, signals.Token);
return (int)(exitCode == ExitCode.Cancelled ? signals.ExitCode : exitCode);
