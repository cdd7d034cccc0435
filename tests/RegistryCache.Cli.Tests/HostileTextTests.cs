using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using RegistryCache.Fixtures;

namespace RegistryCache.Cli.Tests;

/// <summary>A cache full of texts that would rewrite a terminal, through every command: what is printed is clean.</summary>
internal sealed class HostileTextTests
{
    private static readonly string[] Texts =
        ["\u001b[2J", "\u001b]0;owned\u0007", "\r\nerror: forged", "\n", "\u009b31m", "\u202e", "\u2066", "\u200b", "\u2028", "\u2029", "\ufeff", "\u00ad", "\u0000", "\u007f", "\U000e0041", "\u3164", "\ufe0f", "\u034f"];

    private static readonly string[] Whole = [string.Concat(Texts), Texts[0], Texts[2]];
    private static readonly string Fixture = $"type=local,src={FixtureLayout.Open("max-gzip").Directory}";
    private ScratchDirectory _scratch = null!;

    [SetUp]
    public void Create() => _scratch = new ScratchDirectory();

    [TearDown]
    public void Remove() => _scratch.Dispose();

    private static IEnumerable<TestCaseData> Foreign() => Whole.Select((text, i) => i == 0 ? new TestCaseData(text) : new TestCaseData(text).SetCategory("Slow"));

    [TestCaseSource(nameof(Foreign))]
    public async Task Every_command_prints_clean_text(string text)
    {
        var place = 0;
        foreach (var change in new Action<JsonObject, JsonObject>[]
        {
            (manifest, _) => Layer(manifest)["mediaType"] = (string)Layer(manifest)["mediaType"]! + text,
            (manifest, _) => manifest["mediaType"] = text,
            (manifest, _) => manifest["annotations"] = new JsonObject { [text] = text },
            (manifest, _) => manifest["config"]!["mediaType"] = text,
            (manifest, _) => Layer(manifest)["annotations"] = new JsonObject { [text] = text, ["containerd.io/uncompressed"] = text, ["buildkit/createdat"] = text },
            (manifest, _) => Layer(manifest)["digest"] = text,
            (_, config) => config["records"]![0]!["digest"] = text,
            (_, config) => config["records"]!.AsArray()[^1]!["inputs"] = JsonNode.Parse($$"""[[{"link":0,"selector":{{JsonSerializer.Serialize(text)}}}]]"""),
            (_, config) => config["layers"]![0]!["blob"] = text,
            (_, config) => config[text] = text,
        })
        {
            var directory = Change(FixtureLayout.Open("max-gzip").CopyTo(_scratch[$"cache{place}"]), change);
            var source = $"type=local,src={directory}";
            await CheckAsync(text, "inspect", source, "--verbose");
            await CheckAsync(text, "inspect", source, "--format", "json");
            await CheckAsync(text, "ls", source);
            await CheckAsync(text, "ls", source, "--format", "json");
            await CheckAsync(text, "copy", "--from", source, "--to", $"type=local,dest={_scratch[$"a{place}"]},mode=max", "--verbose");
            await CheckAsync(text, "copy", "--from", source, "--to", $"type=local,dest={_scratch[$"b{place}"]},mode=max,compression=zstd,force-compression=true", "--format", "json");
            await CheckAsync(text, "cat", source, "x" + text);
            await CheckAsync(text, "cat", source, "x" + text, "--format", "json");
            await CheckAsync(text, "restore", "--key", "k" + text, "--from", source, "--into", _scratch["into"], "--verbose");
            foreach (string[] care in (string[][])
                [
                    ["verify", source, "--thorough"], ["diff", source, Fixture, "--files"], ["stats", source, "--read", "100"], ["graph", source, "-o", _scratch["x.html"]],
                    ["explain", Fixture, source], ["prune", source, "--max-size", "1", "--dry-run"], ["rm", source + ",tag=latest", "--dry-run"], ["heal", source],
                ])
            {
                await CheckAsync(text, [.. care, "--verbose"]);
                await CheckAsync(text, [.. care, "--format", "json"]);
            }

            place++;
        }
    }

    [Test]
    public async Task What_people_type_is_printed_clean([ValueSource(nameof(Texts))] string text)
    {
        await CheckAsync(text, text);

        // Never a right reference, whatever stands after it: a test must not ask a registry that someone else runs.
        await CheckAsync(text, "inspect", "X" + text, "--verbose");
        await CheckAsync(text, "inspect", "type=local,src=/nowhere" + text);
        await CheckAsync(text, "inspect", "a", "--format", text);
        await CheckAsync(text, "inspect", "a", "--no" + text);
        await CheckAsync(text, "copy", "--from", "type=local,src=x", "--to", $"type=local,dest=x,{text}=1", "--verbose");
        await CheckAsync(text, "save", "--key", "k" + text, "--path", _scratch["none"], "--to", $"type=local,dest={_scratch["t"]}", "--verbose");
    }

    [Test]
    public async Task Names_in_a_folder_are_printed_clean()
    {
        if (OperatingSystem.IsWindows())
            Assert.Ignore("Windows has no such names.");
        Directory.CreateDirectory(_scratch["folder"]);
        foreach (var text in Texts.Where(static text => text != "\0"))
        {
            File.CreateSymbolicLink(Path.Combine(_scratch["folder"], "link" + text), "/outside" + text);
            await File.WriteAllTextAsync(Path.Combine(_scratch["folder"], ".wh." + text), "x");
        }

        var to = $"type=local,dest={_scratch["saved"]}";
        var from = $"type=local,src={_scratch["saved"]}";
        foreach (var key in Texts)
        {
            await CheckAsync(key, "save", "--key", "k" + key, "--path", _scratch["folder"], "--to", to, "--format", "json");
            await CheckAsync(key, "restore", "--key", "x", "--fallback", "k", "--from", from, "--into", _scratch["into"], "--verbose");
            await CheckAsync(key, "restore", "--key", "k" + key, "--from", from, "--into", _scratch["in2"], "--symlinks", "inside", "--verbose");
            await CheckAsync(key, "inspect", from);
        }
    }

    private static async Task CheckAsync(string text, params string[] args)
    {
        var tool = await Tool.RunAsync(args);
        foreach (var printed in new[] { tool.Output, tool.Error })
        {
            var bad = printed.EnumerateRunes().Where(static rune => rune.Value != '\n' && !ErrorText.IsClean(rune)).Select(static rune => $"U+{rune.Value:X4}").Distinct();
            Assert.That(bad, Is.Empty, $"{string.Join(' ', args.Take(1))} with {Convert.ToHexString(Encoding.UTF8.GetBytes(text))}: {ErrorText.Clean(printed)}");
            Assert.That(printed.Split('\n'), Has.None.StartsWith("error: forged"));
        }

        Assert.That(tool.Error, Does.Not.Contain("unexpected"));
        if (args.Contains("json") && tool.Output.Length > 0)
            Assert.That(() => JsonDocument.Parse(tool.Output).Dispose(), Throws.Nothing);
    }

    private static JsonNode Layer(JsonObject manifest) => manifest["layers"]![0]!;

    private static string Change(string directory, Action<JsonObject, JsonObject> change)
    {
        var index = JsonNode.Parse(File.ReadAllBytes(Path.Combine(directory, "index.json")))!;
        var manifest = Layout.Manifest(directory).AsObject();
        var config = JsonNode.Parse(Layout.Read(directory, Layout.Config(directory)))!.AsObject();
        change(manifest, config);
        (manifest["config"]!["digest"], manifest["config"]!["size"]) = Store(directory, config);
        (index["manifests"]![0]!["digest"], index["manifests"]![0]!["size"]) = Store(directory, manifest);
        File.WriteAllText(Path.Combine(directory, "index.json"), index.ToJsonString());
        return directory;
    }

    private static (string Digest, int Size) Store(string directory, JsonNode node)
    {
        var bytes = Encoding.UTF8.GetBytes(node.ToJsonString());
        var hex = Convert.ToHexStringLower(SHA256.HashData(bytes));
        File.WriteAllBytes(Path.Combine(directory, "blobs", "sha256", hex), bytes);
        return ("sha256:" + hex, bytes.Length);
    }
}
