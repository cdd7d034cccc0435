using System.ComponentModel;
using System.Diagnostics;
using System.Text;
using System.Text.Json;

namespace RegistryCache.Oci.Credentials;

/// <summary>Runs <c>docker-credential-NAME get</c>. No other class of this package starts a process. The process has a time limit, its
/// output is capped, and it never outlives the call. Source: docker-credential-helpers, client and credentials.</summary>
internal sealed class CredentialHelperProcess(string name, LoginCredentialOptions options)
{
    private const int MaxOutputBytes = 1 << 20;
    private const string NotFoundText = "credentials not found in native keychain";

    /// <summary>The name of the program, safe for messages.</summary>
    public string Program { get; } = "docker-credential-" + ErrorText.Quote(name);

    /// <returns>The credential if the helper has one, or the reason why the helper cannot be run.</returns>
    public async Task<(RegistryCredential? Credential, string? Unusable)> GetAsync(string key, CancellationToken cancellationToken)
    {
        if (name.AsSpan().ContainsAny('/', '\\', '\0') || name is "." or "..")
            return (null, "does not have a plain file name");
        if (FindProgram("docker-credential-" + name) is not { } path)
            return (null, "is not installed, or not in PATH");

        // The time limit includes the start.
        using var limit = new CancellationTokenSource(options.HelperTimeout, options.TimeProvider);
        using var process = Start(path);
        if (process is null)
            return (null, "could not be started");
        return (await AskAsync(process, key, limit, cancellationToken).ConfigureAwait(false), null);
    }

    private async Task<RegistryCredential?> AskAsync(
        Process process, string key, CancellationTokenSource limit, CancellationToken cancellationToken)
    {
        using var linked = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        try
        {
            var (output, exitCode) = await TalkAsync(process, key, linked.Token).ConfigureAwait(false);
            return Interpret(output, exitCode);
        }
        catch (OperationCanceledException)
        {
            cancellationToken.ThrowIfCancellationRequested();
            throw Failed($"it did not answer within {options.HelperTimeout.TotalSeconds:0.#} s and was killed");
        }
        finally
        {
            Kill(process);
        }
    }

    private static Process? Start(string path)
    {
        var start = new ProcessStartInfo(path, ["get"])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
        };
        try
        {
            return Process.Start(start);
        }
        catch (Win32Exception)
        {
            // Built for another platform, or without execute permission.
            return null;
        }
    }

    private static async Task<(byte[] Output, int ExitCode)> TalkAsync(Process process, string key, CancellationToken cancellationToken)
    {
        // Both outputs are read to the end; otherwise a helper that writes a lot would block.
        var errors = DrainAsync(process.StandardError.BaseStream, cancellationToken);
        var output = DrainAsync(process.StandardOutput.BaseStream, cancellationToken);
        try
        {
            await process.StandardInput.BaseStream.WriteAsync(Encoding.UTF8.GetBytes(key), cancellationToken).ConfigureAwait(false);
            process.StandardInput.Close();
        }
        catch (IOException)
        {
            // A helper may exit without reading its input. Its answer still counts.
        }

        var bytes = await output.ConfigureAwait(false);
        await errors.ConfigureAwait(false);
        await process.WaitForExitAsync(cancellationToken).ConfigureAwait(false);
        return (bytes, process.ExitCode);
    }

    private static async Task<byte[]> DrainAsync(Stream stream, CancellationToken cancellationToken)
    {
        using var kept = new MemoryStream();
        var buffer = new byte[8192];
        int read;
        while ((read = await stream.ReadAsync(buffer, cancellationToken).AsTask().WaitAsync(cancellationToken).ConfigureAwait(false)) > 0)
        {
            if (kept.Length + read <= MaxOutputBytes)
                kept.Write(buffer, 0, read);
        }

        return kept.ToArray();
    }

    private RegistryCredential? Interpret(byte[] output, int exitCode)
    {
        if (exitCode != 0)
        {
            var text = Encoding.UTF8.GetString(output).Trim();
            return text == NotFoundText ? null : throw Failed($"it ended with exit code {exitCode}");
        }

        HelperAnswer? answer;
        try
        {
            answer = JsonSerializer.Deserialize(output, CredentialsJsonContext.Default.HelperAnswer);
        }
        catch (JsonException)
        {
            answer = null;
        }

        if (answer?.Username is null || answer.Secret is null)
            throw Failed("it printed something that is not a credential");
        if (answer.Username == "<token>")
            return answer.Secret.Length == 0 ? null : RegistryCredential.FromIdentityToken(answer.Secret);
        return answer.Username.Length == 0 ? null : RegistryCredential.FromPassword(answer.Username, answer.Secret);
    }

    private string? FindProgram(string program)
    {
        var folders = (options.Variable("PATH") ?? "").Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries);
        string[] names = OperatingSystem.IsWindows() ? [program + ".exe", program + ".cmd"] : [program];
        return folders.SelectMany(folder => names.Select(file => Path.Combine(folder, file))).FirstOrDefault(IsProgram);
    }

    private static bool IsProgram(string path) => File.Exists(path)
        && (OperatingSystem.IsWindows()
            || (File.GetUnixFileMode(path) & (UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute)) != 0);

    private static void Kill(Process process)
    {
        try
        {
            if (!process.HasExited)
                process.Kill(entireProcessTree: true);
        }
        catch (Exception e) when (e is InvalidOperationException or Win32Exception or AggregateException)
        {
            // It exited at the same moment.
        }
    }

    private RegistryCacheException Failed(string why) => new(
        RegistryCacheErrorCode.CredentialFailure,
        $"The credential helper {Program} failed: {why}. Run it by hand, or remove it from Docker's config.json.");
}
