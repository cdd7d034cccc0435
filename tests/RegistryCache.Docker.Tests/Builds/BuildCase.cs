namespace RegistryCache.Docker.Tests.Builds;

/// <summary>Something to build: a context folder, its Dockerfile and the options that belong to it.</summary>
internal sealed record BuildCase(string Name, string Context, params string[] Options)
{
    public string DockerfileText => File.ReadAllText(Path.Combine(Context, "Dockerfile"));

    public BuildCase With(string name, params string[] options) => new(name, Context, [.. Options, .. options]);
}
