using System.Collections.Concurrent;
using System.Text.Json.Nodes;

namespace RegistryCache.Fixtures.Servers;

/// <summary>One page in a browser, and everything that it asked the network for.</summary>
public sealed class ChromiumPage
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    private readonly Chromium _browser;
    private readonly TaskCompletionSource _loaded = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly ConcurrentQueue<string> _requests = new();
    private readonly ConcurrentQueue<string> _problems = new();

    internal ChromiumPage(Chromium browser, string session) => (_browser, Session) = (browser, session);

    /// <summary>The addresses of all requests, that of the page first.</summary>
    public IReadOnlyCollection<string> Requests => _requests;

    /// <summary>Errors of scripts, and what the page's policy refused.</summary>
    public IReadOnlyCollection<string> Problems => _problems;

    internal string Session { get; }

    /// <summary>The value of an expression in the page.</summary>
    public async Task<JsonNode?> EvaluateAsync(string expression)
    {
        var result = await CallAsync("Runtime.evaluate", new JsonObject { ["expression"] = expression, ["returnByValue"] = true });
        return result["exceptionDetails"] is { } thrown
            ? throw new InvalidOperationException($"{expression}: {thrown.ToJsonString()}")
            : result["result"]!["value"];
    }

    /// <summary>The value of an expression, as a text.</summary>
    public async Task<string> TextAsync(string expression) => (await EvaluateAsync($"String({expression})"))!.ToString();

    /// <summary>Presses a key: one character, or a name such as <c>ArrowUp</c>.</summary>
    public async Task PressAsync(string key)
    {
        var down = new JsonObject { ["type"] = "keyDown", ["key"] = key };
        if (key.Length == 1)
            down["text"] = key;
        await CallAsync("Input.dispatchKeyEvent", down);
        await CallAsync("Input.dispatchKeyEvent", new JsonObject { ["type"] = "keyUp", ["key"] = key });
    }

    /// <summary>Types a text where the focus is.</summary>
    public Task TypeAsync(string text) => CallAsync("Input.insertText", new JsonObject { ["text"] = text });

    /// <summary>Moves the pointer.</summary>
    public Task PointAsync(double x, double y) =>
        CallAsync("Input.dispatchMouseEvent", new JsonObject { ["type"] = "mouseMoved", ["x"] = x, ["y"] = y });

    /// <summary>The page as an image in PNG.</summary>
    public async Task<byte[]> ScreenshotAsync() =>
        Convert.FromBase64String((string)(await CallAsync("Page.captureScreenshot", []))["data"]!);

    internal async Task LoadAsync(string address, int width, int height, bool isDark)
    {
        foreach (var domain in (string[])["Page", "Network", "Runtime", "Log"])
            await CallAsync($"{domain}.enable", []);
        await CallAsync(
            "Emulation.setDeviceMetricsOverride",
            new JsonObject { ["width"] = width, ["height"] = height, ["deviceScaleFactor"] = 1, ["mobile"] = false });
        await CallAsync(
            "Emulation.setEmulatedMedia",
            new JsonObject
            {
                ["features"] = new JsonArray(new JsonObject { ["name"] = "prefers-color-scheme", ["value"] = isDark ? "dark" : "light" }),
            });
        await CallAsync("Page.navigate", new JsonObject { ["url"] = address });
        await _loaded.Task.WaitAsync(Patience);
    }

    internal void Take(string method, JsonNode parameters)
    {
        switch (method)
        {
            case "Page.loadEventFired":
                _loaded.TrySetResult();
                break;
            case "Network.requestWillBeSent":
                _requests.Enqueue((string)parameters["request"]!["url"]!);
                break;
            case "Runtime.exceptionThrown":
                _problems.Enqueue(parameters["exceptionDetails"]!.ToJsonString());
                break;
            case "Log.entryAdded":
                _problems.Enqueue((string)parameters["entry"]!["text"]!);
                break;
        }
    }

    private Task<JsonNode> CallAsync(string method, JsonObject parameters) => _browser.CallAsync(method, parameters, Session);
}
