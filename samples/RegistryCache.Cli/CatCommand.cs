using RegistryCache.Core.Errors;

namespace RegistryCache.Cli;

/// <summary>Writes one file of a layer to standard output.</summary>
internal sealed class CatCommand : ICommand
{
    public string Name => "cat";

    public string Usage => "cat SOURCE LAYER PATH";

    public string Summary => "Writes one file of an estargz layer to standard output, fetching only what it needs. LAYER is a digest or its start.";

    public IReadOnlyCollection<string> ValuedOptions { get; } = [];

    public IReadOnlyCollection<string> Flags { get; } = [];

    public async Task<ExitCode> RunAsync(Arguments arguments, Terminal terminal, CancellationToken cancellationToken)
    {
        var operands = arguments.Operands(3, "SOURCE LAYER PATH");
        await using var caches = Caches.Create();
        var import = await caches.CreateImporter(operands[0]).ImportAsync(cancellationToken);
        if (!import.IsHit)
            return Outcomes.Report(import, terminal);
        throw new RegistryCacheException(RegistryCacheErrorCode.UnsupportedCompression, "estargz");
    }
}
