using RegistryCache.Extensions.Tests.Codecs;
using RegistryCache.Extensions.Tests.Stores;
using RegistryCache.Testing;

// The store and the codecs of RegistryCache.Extensions.Tests, compiled once more with the packages alone: a cache that BuildKit wrote goes
// through a zip archive in two foreign compressions and comes back. Before that, the store runs the contract, without a test framework.
var fixture = Path.Combine(args[0], "Fixtures", "max-gzip");
var directory = Directory.CreateTempSubdirectory("registry-cache-outside-").FullName;
try
{
    var number = 0;
    var contract = new ContentStoreContract(() => new ZipContentStore(Path.Combine(directory, $"contract{number++}.zip")));
    var kept = 0;
    foreach (var rule in ContentStoreContract.Rules)
        kept += (await contract.RunAsync(rule)).IsKept ? 1 : 0;
    Console.WriteLine($"kept {kept} of {ContentStoreContract.Rules.Count} rules");

    await using var cache = new BuildCacheBuilder().UseOci().UseCompression().UseCodecs([new BrotliLayerCodec(), new Lz4LayerCodec()]).UseStores(new ZipStores()).Build();
    var original = await cache.CreateImporter($"type=local,src={fixture}").ImportAsync();
    var graph = original.Graph;
    foreach (var compression in new[] { "brotli", "lz4", "uncompressed" })
    {
        var archive = Path.Combine(directory, compression + ".zip");
        await cache.CreateExporter($"type=zip,file={archive},mode=max,compression={compression},force-compression=true").ExportAsync(graph);
        graph = (await cache.CreateImporter($"type=zip,file={archive}").ImportAsync()).Graph;
    }

    var plain = await cache.CreateExporter($"type=local,dest={directory}/plain,mode=max,compression=uncompressed,force-compression=true").ExportAsync(original.Graph);
    var travelled = await cache.CreateExporter($"type=local,dest={directory}/travelled,mode=max").ExportAsync(graph);
    Console.WriteLine(Equals(plain.Config, travelled.Config) ? "the cache came back as it was" : $"{plain.Config?.Digest} became {travelled.Config?.Digest}");
}
finally
{
    Directory.Delete(directory, recursive: true);
}
