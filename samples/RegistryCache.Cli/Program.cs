using RegistryCache.Cli;

using var cancellation = new CancellationTokenSource();
Console.CancelKeyPress += (_, e) =>
{
    // The first Ctrl-C ends the work in an orderly way; a second one ends the process.
    e.Cancel = !cancellation.IsCancellationRequested;
    cancellation.Cancel();
};
var terminal = new Terminal(Console.Out, Console.Error, showsProgress: !Console.IsErrorRedirected, TimeProvider.System);
return (int)await new CommandLine(terminal).RunAsync(args, cancellation.Token);
