using QuickStart;

// dotnet run --project samples/QuickStart                                              into a local directory
// dotnet run --project samples/QuickStart -- --to type=registry,ref=localhost:5000/demo:cache   into a registry
var target = args switch
{
    [] => null,
    ["--to", var text] => text,
    _ => "",
};
if (target == "")
{
    Console.Error.WriteLine("usage: dotnet run --project samples/QuickStart [-- --to TARGET]");
    Console.Error.WriteLine("TARGET has the form of --cache-to of docker buildx build: type=registry,ref=localhost:5000/demo:cache "
        + "or type=local,dest=./cache");
    return 2;
}

using var cancellation = new CancellationTokenSource();
Console.CancelKeyPress += (_, e) =>
{
    e.Cancel = true;
    cancellation.Cancel();
};
return await Tour.RunAsync(target, Console.Out, cancellation.Token);
