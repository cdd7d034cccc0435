using RegistryCache.Benchmarks;

// Each command measures one thing and prints a table. None of them passes or fails: machines differ, ratios within one run do not.
return args switch
{
    ["codecs", .. var rest] => await CodecBenchmark.RunAsync(rest),
    ["conversion-memory", .. var rest] => await ConversionMemory.RunAsync(rest),
    _ => Usage(),
};

static int Usage()
{
    Console.Error.WriteLine("""
        usage: RegistryCache.Benchmarks COMMAND
          codecs [--tar FILE] [--runs N]      speed and size against pigz and zstd, cases interleaved
          conversion-memory [--bytes N]       one large layer between every pair of codecs, with the peak memory of the process
        """);
    return 2;
}
