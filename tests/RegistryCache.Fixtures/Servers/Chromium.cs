using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net.WebSockets;
using System.Text;
using System.Text.Json.Nodes;

namespace RegistryCache.Fixtures.Servers;

/// <summary>
/// The real browser, Debian's <c>chromium-headless-shell</c>, without a window, a profile and a network. It is spoken to over its own
/// DevTools protocol. Disposing ends the process by its id and removes its directory.
/// </summary>
public sealed class Chromium : IAsyncDisposable
{
    private const string Program = "chromium-headless-shell";
    private const string Announcement = "DevTools listening on ";

    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    private readonly Process _process;
    private readonly string _directory;
    private readonly ClientWebSocket _socket = new();
    private readonly SemaphoreSlim _sending = new(1);
    private readonly ConcurrentDictionary<int, TaskCompletionSource<JsonNode>> _answers = new();
    private readonly ConcurrentDictionary<string, ChromiumPage> _pages = new(StringComparer.Ordinal);
    private Task _receiving = Task.CompletedTask;
    private int _calls;

    private Chromium(Process process, string directory) => (_process, _directory) = (process, directory);

    /// <summary>Starts a browser.</summary>
    public static async Task<Chromium> StartAsync()
    {
        var program = RealComponent.Require(Program, $"install Debian's package {Program} (eng/test.sh does so).");
        var directory = Directory.CreateTempSubdirectory("registry-cache-browser-").FullName;
        string[] arguments =
        [
            "--no-sandbox", "--disable-gpu", "--remote-debugging-port=0", "--disable-background-networking",
            "--host-resolver-rules=MAP * ~NOTFOUND", $"--user-data-dir={directory}", "about:blank",
        ];
        var start = new ProcessStartInfo(program, arguments) { RedirectStandardError = true, RedirectStandardOutput = true };
        var listening = new TaskCompletionSource<Uri>(TaskCreationOptions.RunContinuationsAsynchronously);
        var said = new StringBuilder();
        var browser = new Chromium(new Process { StartInfo = start, EnableRaisingEvents = true }, directory);
        browser._process.ErrorDataReceived += (_, line) =>
        {
            lock (said)
                said.AppendLine(line.Data);
            if (line.Data?.StartsWith(Announcement, StringComparison.Ordinal) == true)
                listening.TrySetResult(new Uri(line.Data[Announcement.Length..].Trim()));
        };
        browser._process.Exited += (_, _) => listening.TrySetException(new InvalidOperationException("The browser ended."));
        browser._process.Start();
        browser._process.BeginErrorReadLine();
        browser._process.BeginOutputReadLine();
        try
        {
            using var limit = new CancellationTokenSource(Patience);
            await browser._socket.ConnectAsync(await listening.Task.WaitAsync(Patience), limit.Token);
            browser._receiving = browser.ReceiveAsync();
            return browser;
        }
        catch (Exception e) when (e is TimeoutException or InvalidOperationException or WebSocketException or OperationCanceledException)
        {
            await browser.DisposeAsync();
            throw new InvalidOperationException($"{Program} did not start: {said}", e);
        }
    }

    /// <summary>Opens a page in a new tab and waits until it is loaded.</summary>
    /// <param name="address">Where the page is.</param>
    /// <param name="width">The width of the window in pixels.</param>
    /// <param name="height">The height of the window in pixels.</param>
    /// <param name="isDark">Whether the user prefers dark pages.</param>
    public async Task<ChromiumPage> OpenAsync(string address, int width = 1600, int height = 900, bool isDark = false)
    {
        var target = await CallAsync("Target.createTarget", new JsonObject { ["url"] = "about:blank" });
        var attached = await CallAsync(
            "Target.attachToTarget", new JsonObject { ["targetId"] = (string)target["targetId"]!, ["flatten"] = true });
        var page = new ChromiumPage(this, (string)attached["sessionId"]!);
        _pages[page.Session] = page;
        await page.LoadAsync(address, width, height, isDark);
        return page;
    }

    internal async Task<JsonNode> CallAsync(string method, JsonObject? parameters = null, string? session = null)
    {
        var id = Interlocked.Increment(ref _calls);
        var answer = _answers[id] = new TaskCompletionSource<JsonNode>(TaskCreationOptions.RunContinuationsAsynchronously);
        var call = new JsonObject { ["id"] = id, ["method"] = method, ["params"] = parameters ?? [] };
        if (session is not null)
            call["sessionId"] = session;
        await _sending.WaitAsync();
        try
        {
            await _socket.SendAsync(Encoding.UTF8.GetBytes(call.ToJsonString()), WebSocketMessageType.Text, true, CancellationToken.None);
        }
        finally
        {
            _sending.Release();
        }

        var message = await answer.Task.WaitAsync(Patience);
        return message["error"] is { } error
            ? throw new InvalidOperationException($"{method}: {error.ToJsonString()}")
            : message["result"]!;
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
            _process.Kill(entireProcessTree: true);
        await _process.WaitForExitAsync();
        await _receiving;
        _process.Dispose();
        _socket.Dispose();
        _sending.Dispose();
        Directory.Delete(_directory, recursive: true);
    }

    private async Task ReceiveAsync()
    {
        var buffer = new byte[1 << 16];
        using var message = new MemoryStream();
        try
        {
            while (true)
            {
                var part = await _socket.ReceiveAsync(buffer.AsMemory(), CancellationToken.None);
                if (part.MessageType == WebSocketMessageType.Close)
                    break;
                message.Write(buffer, 0, part.Count);
                if (!part.EndOfMessage)
                    continue;
                Take(JsonNode.Parse(message.GetBuffer().AsSpan(0, (int)message.Length))!);
                message.SetLength(0);
            }
        }
        catch (WebSocketException)
        {
            // The process ended.
        }

        foreach (var answer in _answers.Values)
            answer.TrySetException(new InvalidOperationException("The browser ended."));
    }

    private void Take(JsonNode message)
    {
        if (message["id"] is { } id && _answers.TryRemove((int)id, out var answer))
            answer.SetResult(message);
        else if (message["sessionId"] is { } session && _pages.TryGetValue((string)session!, out var page))
            page.Take((string)message["method"]!, message["params"]!);
    }
}
