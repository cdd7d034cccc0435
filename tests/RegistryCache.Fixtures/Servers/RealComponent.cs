namespace RegistryCache.Fixtures.Servers;

/// <summary>
/// The one rule for real programs that tests need: on a build server (<c>CI=true</c>) an absent one is a failure, elsewhere the test
/// is reported as ignored with the reason.
/// </summary>
public static class RealComponent
{
    /// <summary>The path of a program, looked for in <c>PATH</c>.</summary>
    /// <param name="program">The file name, for example <c>docker-registry</c>.</param>
    /// <param name="howToGet">What a person can do to have it.</param>
    public static string Require(string program, string howToGet)
    {
        var folders = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries);
        var found = folders.Select(folder => Path.Combine(folder, program)).FirstOrDefault(File.Exists);
        if (found is null)
            Missing($"'{program}' is not installed: {howToGet}");
        return found!;
    }

    /// <summary>Requires a condition that only the environment can fulfil.</summary>
    /// <param name="present">Whether the component is there.</param>
    /// <param name="reason">What is missing, and what a person can do about it.</param>
    public static void Require(bool present, string reason)
    {
        if (!present)
            Missing(reason);
    }

    private static void Missing(string reason)
    {
        if (Environment.GetEnvironmentVariable("CI") == "true")
            Assert.Fail(reason);
        Assert.Ignore(reason);
    }
}
