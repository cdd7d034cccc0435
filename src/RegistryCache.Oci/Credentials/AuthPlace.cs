namespace RegistryCache.Oci.Credentials;

/// <summary>One place where credentials are stored.</summary>
/// <param name="Name">The place for messages: a path or the name of a variable.</param>
/// <param name="IsDocker">Whether Docker's looser rules hold: any entry of the host will do.</param>
/// <param name="UsesHelpers">Whether programs that the place names are run.</param>
/// <param name="ReadAsync">Reads the place; <see langword="null"/> when it does not exist.</param>
internal sealed record AuthPlace(string Name, bool IsDocker, bool UsesHelpers, Func<CancellationToken, ValueTask<AuthFile?>> ReadAsync);
