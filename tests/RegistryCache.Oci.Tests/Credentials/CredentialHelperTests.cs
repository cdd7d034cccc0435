using System.Diagnostics;
using Microsoft.Extensions.Time.Testing;
using RegistryCache.Oci.Credentials;

namespace RegistryCache.Oci.Tests.Credentials;

/// <summary>Credential helpers as real executables.</summary>
[Platform(Exclude = "Win", Reason = "The helpers of these tests are shell scripts.")]
public sealed class CredentialHelperTests
{
    private static readonly TimeSpan Bound = TimeSpan.FromMinutes(2);
    private string _folder = "";

    [SetUp]
    public void CreateFolder() => _folder = Directory.CreateTempSubdirectory("registry-cache-helper-").FullName;

    [TearDown]
    public void RemoveFolder() => Directory.Delete(_folder, recursive: true);

    [Test]
    public async Task An_answer_becomes_a_credential_and_the_helper_sees_the_host_without_a_line_end()
    {
        Script("""[ "$1" = get ] || exit 3; cat > "$(dirname "$0")/asked"; echo '{"ServerURL":"x","Username":"me","Secret":"s3cret"}'""");

        var answer = await Provider().FindAsync("ghcr.io", "acme/app", CancellationToken.None);
        var credential = answer.Credential;

        Assert.That(credential, Is.EqualTo(RegistryCredential.FromPassword("me", "s3cret")));
        Assert.That(await File.ReadAllTextAsync(Path.Combine(_folder, "asked")), Is.EqualTo("ghcr.io"));
        Assert.That(credential!.ToString(), Does.Not.Contain("s3cret"));
    }

    [Test]
    public async Task The_user_name_token_in_brackets_means_an_identity_token()
    {
        Script("""cat > /dev/null; echo '{"Username":"<token>","Secret":"refresh"}'""");

        Assert.That((await Provider().FindAsync("ghcr.io", "acme/app", CancellationToken.None)).Credential, Is.EqualTo(RegistryCredential.FromIdentityToken("refresh")));
    }

    [TestCase(false, UnixFileMode.None, TestName = "A_helper_that_is_absent")]
    [TestCase(true, UnixFileMode.UserRead, TestName = "A_helper_that_may_not_be_run")]
    [TestCase(true, UnixFileMode.UserRead | UnixFileMode.UserExecute, TestName = "A_helper_for_another_machine")]
    public async Task A_helper_that_cannot_be_run_is_skipped_with_a_warning_and_the_file_is_used(bool exists, UnixFileMode mode)
    {
        if (exists)
        {
            Script("exit 0");
            var path = Path.Combine(_folder, "docker-credential-test");
            await File.WriteAllBytesAsync(path, "\u007fELF rubbish"u8.ToArray());
            if (!OperatingSystem.IsWindows())
                File.SetUnixFileMode(path, mode);
        }

        var logger = new RecordingLogger();
        var answer = await Provider(logger: logger).FindAsync("ghcr.io", "acme/app", CancellationToken.None);

        Assert.That(answer.Credential, Is.EqualTo(RegistryCredential.FromPassword("user", "pw")));
        Assert.That(logger.Warnings.Single(), Does.Contain("docker-credential-test"));
        Assert.That(answer.Skipped, Has.Count.EqualTo(1));
    }

    [Test]
    public async Task Credentials_that_are_not_in_the_keychain_mean_anonymous()
    {
        Script("""cat > /dev/null; echo 'credentials not found in native keychain'; exit 1""");

        var answer = await Provider().FindAsync("ghcr.io", "acme/app", CancellationToken.None);
        Assert.That(answer.Credential, Is.Null, "Docker does not look into the file then");
        Assert.That(answer.Skipped.Single(), Does.Contain("docker-credential-test"));
    }

    [TestCase("cat > /dev/null; echo 'keychain is locked: s3cret'; exit 1", TestName = "A_failing_helper_is_an_error_without_what_it_said")]
    [TestCase("cat > /dev/null; echo 'rubbish s3cret'", TestName = "Rubbish_is_an_error_that_does_not_quote_it")]
    [TestCase("cat > /dev/null; echo '{\"Secret\":\"s3cret\"}'", TestName = "An_answer_without_a_user_is_an_error")]
    public void A_broken_helper_is_an_error(string body)
    {
        Script(body);

        var error = Assert.ThrowsAsync<RegistryCacheException>(async () => await Provider().GetCredentialAsync("ghcr.io", "acme/app", CancellationToken.None));

        Assert.That(error!.Code, Is.EqualTo(RegistryCacheErrorCode.CredentialFailure));
        Assert.That(error.ToString(), Does.Not.Contain("s3cret"));
    }

    [Test]
    public async Task A_hanging_helper_is_killed()
    {
        // The helper writes its process id once it runs. The shell moves the finished file into place, so a partial file is never read.
        Script("""cd "$(dirname "$0")"; echo $$ > begun; mv begun pid; exec sleep 600""");
        var clock = new FakeTimeProvider();
        var answer = Provider(clock: clock).FindAsync("ghcr.io", "acme/app", CancellationToken.None).AsTask();
        var pid = Path.Combine(_folder, "pid");
        await WaitAsync(() => File.Exists(pid));
        using var helper = Process.GetProcessById(int.Parse(await File.ReadAllTextAsync(pid), System.Globalization.CultureInfo.InvariantCulture));

        clock.Advance(TimeSpan.FromSeconds(29));
        Assert.That(answer.IsCompleted, Is.False);
        clock.Advance(TimeSpan.FromSeconds(1));

        Assert.That(async () => await answer.WaitAsync(Bound), Throws.TypeOf<RegistryCacheException>().With.Message.Contains("was killed"));
        await helper.WaitForExitAsync().WaitAsync(Bound);
    }

    private static async Task WaitAsync(Func<bool> condition)
    {
        using var bound = new CancellationTokenSource(Bound);
        while (!condition())
            await Task.Delay(5, bound.Token);
    }

    private void Script(string body)
    {
        var path = Path.Combine(_folder, "docker-credential-test");
        File.WriteAllText(path, "#!/bin/sh\n" + body + "\n");
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }

    private LoginCredentialProvider Provider(TimeProvider? clock = null, RecordingLogger? logger = null)
    {
        var config = Path.Combine(_folder, "config.json");
        File.WriteAllText(config, """{"credHelpers":{"ghcr.io":"test"},"auths":{"ghcr.io":{"auth":"dXNlcjpwdw=="}}}""");
        return new LoginCredentialProvider(new LoginCredentialOptions
        {
            Path = config,
            Logger = logger ?? new RecordingLogger(),
            TimeProvider = clock ?? TimeProvider.System,
            Variable = name => name == "PATH" ? _folder : null,
        });
    }
}
