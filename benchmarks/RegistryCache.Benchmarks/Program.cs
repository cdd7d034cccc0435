using BenchmarkDotNet.Running;
using RegistryCache.Benchmarks;

// A command measures one thing that BenchmarkDotNet does not: other programs, or the memory of the process. Everything else is a benchmark
// class. None of them passes or fails: machines differ, ratios within one run do not.
return args switch
{
    ["codecs", .. var rest] => await CodecBenchmark.RunAsync(rest),
    ["conversion-memory", .. var rest] => await ConversionMemory.RunAsync(rest),
    ["first-calls", .. var rest] => await FirstCalls.RunAsync(rest),
    ["--filter" or "--list" or "--job", ..] => RunBenchmarks(args),
    _ => Usage(),
};

static int RunBenchmarks(string[] arguments)
{
    BenchmarkSwitcher.FromAssembly(typeof(LayerBenchmarks).Assembly).Run(arguments);
    return 0;
}

static int Usage()
{
    Console.Error.WriteLine("""
        usage: RegistryCache.Benchmarks COMMAND
          --filter '*'                        all benchmarks of calls, with allocation; other options of BenchmarkDotNet may follow
          codecs [--tar FILE] [--runs N]      speed and size against pigz and zstd, cases interleaved
          first-calls [--registry HOST]       the first export and import of a process against later ones, to a directory or a registry
          conversion-memory [--bytes N]       one large layer between every pair of codecs, with the peak memory of the process
        """);
    return 2;
}
