using System.ComponentModel;
using System.Diagnostics;
using System.Text;
using System.Text.Json;
using RegistryCache.Core.Errors;
using RegistryCache.Oci.Diagnostics;

namespace RegistryCache.Oci.Credentials;

/// <summary>
/// Runs <c>docker-credential-NAME get</c>: the only place of this package that starts a process. It has a time limit, what it prints
/// has a cap, and it never outlives the call. Source: docker-credential-helpers, client and credentials.
/// </summary>
internal sealed class CredentialHelperProcess(string name, DockerConfigOptions options)
{
    private const int MaxOutputBytes = 1 << 20;
    private const string NotFoundText = "credentials not found in native keychain";

    public async Task<RegistryCredential?> GetAsync(string key, CancellationToken cancellationToken)
    {
        var program = "docker-credential-" + name;
        if (name.AsSpan().ContainsAny('/', '\\', '\0') || name is "." or "..")
            throw Failed(program, "its name is not a plain file name");
        if (FindProgram(program) is not { } path)
        {
            OciLog.HelperAbsent(options.Logger, program, key);
            return null;
        }

        using var process = Start(path, program);
        using var limit = new CancellationTokenSource(options.HelperTimeout, options.TimeProvider);
        using var linked = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        try
        {
            var (output, exitCode) = await TalkAsync(process, key, linked.Token).ConfigureAwait(false);
            return Interpret(program, output, exitCode);
        }
        catch (OperationCanceledException)
        {
            cancellationToken.ThrowIfCancellationRequested();
            throw Failed(program, $"it did not answer within {options.HelperTimeout.TotalSeconds:0.#} s and was killed");
        }
        finally
        {
            Kill(process);
        }
    }

    private static Process Start(string path, string program)
    {
        var start = new ProcessStartInfo(path, ["get"]) { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true, UseShellExecute = false };
        try
        {
            return Process.Start(start) ?? throw Failed(program, "it could not be started");
        }
        catch (Win32Exception)
        {
            throw Failed(program, "it could not be started");
        }
    }

    private static async Task<(byte[] Output, int ExitCode)> TalkAsync(Process process, string key, CancellationToken cancellationToken)
    {
        // Both outputs are drained, or a helper that complains a lot would block.
        var errors = DrainAsync(process.StandardError.BaseStream, cancellationToken);
        var output = DrainAsync(process.StandardOutput.BaseStream, cancellationToken);
        try
        {
            await process.StandardInput.BaseStream.WriteAsync(Encoding.UTF8.GetBytes(key), cancellationToken).ConfigureAwait(false);
            process.StandardInput.Close();
        }
        catch (IOException)
        {
            // A helper may end without reading; its answer still counts.
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

    private static RegistryCredential? Interpret(string program, byte[] output, int exitCode)
    {
        if (exitCode != 0)
        {
            var text = Encoding.UTF8.GetString(output).Trim();
            return text == NotFoundText ? null : throw Failed(program, $"it ended with exit code {exitCode}");
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
            throw Failed(program, "it printed something that is not a credential");
        if (answer.Username == "<token>")
            return answer.Secret.Length == 0 ? null : RegistryCredential.FromIdentityToken(answer.Secret);
        return answer.Username.Length == 0 ? null : RegistryCredential.FromPassword(answer.Username, answer.Secret);
    }

    private string? FindProgram(string program)
    {
        var folders = (options.Variable("PATH") ?? "").Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries);
        string[] names = OperatingSystem.IsWindows() ? [program + ".exe", program + ".cmd"] : [program];
        return folders.SelectMany(folder => names.Select(file => Path.Combine(folder, file))).FirstOrDefault(File.Exists);
    }

    private static void Kill(Process process)
    {
        try
        {
            if (!process.HasExited)
                process.Kill(entireProcessTree: true);
        }
        catch (Exception e) when (e is InvalidOperationException or Win32Exception or AggregateException)
        {
            // It ended in the same moment.
        }
    }

    private static RegistryCacheException Failed(string program, string why) => new(
        RegistryCacheErrorCode.CredentialFailure, $"The credential helper {program} failed: {why}. Run it by hand, or remove it from Docker's config.json.");
}
