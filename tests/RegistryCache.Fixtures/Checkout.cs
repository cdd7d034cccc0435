namespace RegistryCache.Fixtures;

/// <summary>The checkout that the tests run in.</summary>
public static class Checkout
{
    /// <summary>The directory of RegistryCache.sln.</summary>
    public static string Root { get; } = FindRoot();

    private static string FindRoot()
    {
        var directory = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(directory.FullName, "RegistryCache.sln")))
            directory = directory.Parent ?? throw new InvalidOperationException("RegistryCache.sln was not found above the tests.");
        return directory.FullName;
    }
}
