using System.ComponentModel;
using System.Diagnostics;
using System.Text;

namespace RegistryCache.Fixtures.Tars;

/// <summary>Programs of others that judge our bytes or make bytes for us. Where one is missing, CI fails and elsewhere the test says so and is ignored.</summary>
public static class OutsideTool
{
    /// <summary>Runs a program with bytes as its input, demands success and returns its output.</summary>
    /// <param name="program">The program.</param>
    /// <param name="arguments">Its arguments.</param>
    /// <param name="input">Its input.</param>
    public static async Task<byte[]> RunAsync(string program, string[] arguments, byte[]? input = null)
    {
        using var process = Start(program, arguments);
        var output = new MemoryStream();
        var reading = process.StandardOutput.BaseStream.CopyToAsync(output);
        var complaining = process.StandardError.ReadToEndAsync();
        try
        {
            await process.StandardInput.BaseStream.WriteAsync(input ?? []);
            process.StandardInput.Close();
        }
        catch (IOException)
        {
            // A program that has seen enough closes its input; its exit code says what it thinks.
        }

        await reading;
        var complaint = await complaining;
        await process.WaitForExitAsync();
        Assert.That(process.ExitCode, Is.Zero, $"{program} {string.Join(' ', arguments)}: {complaint}{ErrorText.Quote(Encoding.UTF8.GetString(output.ToArray()), 4000)}");
        return output.ToArray();
    }

    private static Process Start(string program, string[] arguments)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["LC_ALL"] = "C";

        // A build that leaves a process behind would keep our end of its output open.
        start.Environment["MSBUILDDISABLENODEREUSE"] = "1";
        try
        {
            return Process.Start(start)!;
        }
        catch (Win32Exception)
        {
            var reason = $"{program} is not installed";
            if (Environment.GetEnvironmentVariable("CI") == "true")
                Assert.Fail(reason);
            Assert.Ignore(reason);
            throw;
        }
    }
}
