namespace RegistryCache.Oci.Credentials;

/// <summary>Docker Hub has three host names and one key in Docker's configuration. Source: docker/cli cli/config.</summary>
internal static class DockerHubKey
{
    public const string Key = "https://index.docker.io/v1/";

    public static bool IsDockerHub(string host) =>
        host.Equals("docker.io", StringComparison.OrdinalIgnoreCase)
        || host.Equals("index.docker.io", StringComparison.OrdinalIgnoreCase)
        || host.Equals("registry-1.docker.io", StringComparison.OrdinalIgnoreCase);

    public static string Normalize(string host) => IsDockerHub(host) ? Key : host;
}
