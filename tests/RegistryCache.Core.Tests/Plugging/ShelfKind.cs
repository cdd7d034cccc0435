using RegistryCache.Storage;

namespace RegistryCache.Core.Tests.Plugging;

/// <summary>A kind of cache from outside: <c>type=shelf,name=…,slot=…</c>, in memory.</summary>
internal sealed class ShelfProvider : ICacheStoreProvider, ICacheKind
{
    public Dictionary<string, InMemoryContentStore> Shelves { get; } = [];

    public IReadOnlyCollection<ICacheKind> Kinds => [this];

    public string Name => "shelf";

    public IReadOnlyList<string> SourceKeys { get; } = ["name", "slot"];

    public IReadOnlyList<string> TargetKeys { get; } = ["name", "slot", "dusty"];

    public CacheSource ReadSource(CacheParameterReader parameters) => new ShelfSource(parameters.Required("name", "NAME"), parameters.Text("slot", "a"));

    public CacheTarget ReadTarget(CacheParameterReader parameters) =>
        new ShelfTarget(parameters.Required("name", "NAME"), parameters.Text("slot", "a"), parameters.Boolean("dusty") ?? false);

    public IContentStore? Open(CacheLocation location)
    {
        if (location is not ShelfLocation shelf)
            return null;
        if (!Shelves.TryGetValue(shelf.Shelf, out var store))
            Shelves[shelf.Shelf] = store = new InMemoryContentStore(shelf.Name);
        return store;
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}

internal sealed record ShelfLocation(string Shelf) : CacheLocation
{
    public override string Name => $"shelf {Shelf}";
}

internal sealed record ShelfSource(string Shelf, string Slot) : CacheSource
{
    public override string Type => "shelf";

    public override CachePlace Place => new(new ShelfLocation(Shelf), Slot);

    protected override IEnumerable<KeyValuePair<string, string>> Parameters() => [new("name", Shelf), new("slot", Slot)];
}

internal sealed record ShelfTarget(string Shelf, string Slot, bool Dusty) : CacheTarget
{
    public override string Type => "shelf";

    public override IReadOnlyList<CachePlace> Places => [new(new ShelfLocation(Shelf), Slot)];

    public override CacheSource ToSource() => new ShelfSource(Shelf, Slot);

    protected override IEnumerable<KeyValuePair<string, string>> Parameters() =>
        [new("name", Shelf), new("slot", Slot), .. Dusty ? (KeyValuePair<string, string>[])[new("dusty", "true")] : []];
}
