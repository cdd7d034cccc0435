namespace RegistryCache.Architecture.Tests;

/// <summary>The checkout that the tests run in.</summary>
internal static class Repository
{
    public static string Root { get; } = FindRoot();

    private static string FindRoot()
    {
        var directory = new DirectoryInfo(AppContext.BaseDirectory);
        while (directory is not null && !File.Exists(Path.Combine(directory.FullName, "RegistryCache.sln")))
            directory = directory.Parent;
        return directory?.FullName ?? throw new InvalidOperationException("RegistryCache.sln was not found above the tests.");
    }
}
