using RegistryCache.Core.Tests.Divergence;
using RegistryCache.Fixtures.Servers;

namespace RegistryCache.Core.Tests.Pictures;

/// <summary>The page in a real browser: it renders, search finds, keys work, and nothing is fetched.</summary>
[Category("Integration")]
internal sealed class PageTests
{
    private Chromium _browser = null!;
    private string _directory = null!;

    [OneTimeSetUp]
    public async Task Start()
    {
        _directory = Directory.CreateTempSubdirectory("registry-cache-pages-").FullName;
        _browser = await Chromium.StartAsync();
    }

    [OneTimeTearDown]
    public async Task End()
    {
        if (_browser is not null)
            await _browser.DisposeAsync();
        Directory.Delete(_directory, recursive: true);
    }

    [TestCase(20, false)]
    [TestCase(500, true)]
    [TestCase(2000, false)]
    [TestCase(5000, true)]
    [TestCase(20_000, false, Category = "Slow")]
    public async Task The_page_renders_finds_and_fetches_nothing(int records, bool isDark)
    {
        var graph = SampleGraphs.Of(records);
        var picture = CachePicture.Of(graph);
        var (first, last) = (graph.Records[0], graph.FindTargets()[^1]);

        var page = await OpenAsync(picture, isDark);

        Assert.That(await page.TextAsync("document.documentElement.dataset.ready"), Is.EqualTo("true"));
        await SaveAsync(page, $"{records}");
        Assert.That(await page.TextAsync("document.querySelectorAll('.box').length"), Is.EqualTo($"{picture.Boxes}"));
        Assert.That(await page.TextAsync("document.getElementById('totals').textContent"), Does.StartWith($"{records:#,0} records"));
        Assert.That(await page.TextAsync("document.querySelector('.box rect').getBoundingClientRect().width > 10"), Is.EqualTo("true"), "drawn, and large enough");

        await page.PressAsync("/");
        await page.TypeAsync(last.Digest[7..25]);
        Assert.That(await page.TextAsync("document.getElementById('found').textContent"), Is.EqualTo($"1 of {records} records"));
        Assert.That(await page.TextAsync("document.getElementById('details').textContent"), Does.Contain(last.Digest[7..19]));
        Assert.That(await page.TextAsync("document.querySelectorAll('.hit').length"), Is.EqualTo("1"));
        Assert.That(await page.TextAsync("location.hash"), Is.EqualTo("#search=" + last.Digest[7..25]));

        var again = await OpenAsync(picture, isDark, "#search=" + first.Digest);
        Assert.That(await again.TextAsync("document.getElementById('found').textContent"), Is.EqualTo($"1 of {records} records"));
        await SaveAsync(page, $"{records}-found");
        foreach (var shown in (ChromiumPage[])[page, again])
        {
            Assert.That(shown.Requests, Has.Count.EqualTo(1), string.Join('\n', shown.Requests));
            Assert.That(shown.Problems, Is.Empty);
        }
    }

    [Test]
    public async Task Keys_go_along_links_and_the_colour_can_be_chosen()
    {
        var page = await OpenAsync(CachePicture.Of(SampleGraphs.Of(20)), isDark: false);
        await page.EvaluateAsync("document.getElementById('stage').focus()");
        await page.PressAsync("ArrowUp");
        var start = await page.TextAsync("document.activeElement.id");
        await page.PressAsync("ArrowUp");
        var above = await page.TextAsync("document.activeElement.id");
        await page.PressAsync("Enter");

        Assert.That(above, Does.Match("^b\\d+$").And.Not.EqualTo(start));
        Assert.That(await page.TextAsync("document.querySelectorAll('.near').length"), Is.Not.EqualTo("0"));
        Assert.That(await page.TextAsync("document.querySelector('.pinned').id"), Is.EqualTo(above));
        await page.EvaluateAsync("colour.value = 'size'; colour.dispatchEvent(new Event('change'))");
        Assert.That(await page.TextAsync("document.querySelector('#stage svg').getAttribute('class')"), Is.EqualTo("by-size"));
        Assert.That(page.Problems, Is.Empty);
    }

    [Test]
    public async Task A_difference_has_its_colours_and_its_legend()
    {
        var page = await OpenAsync(CachePicture.OfDifference(BuildGraphs.Build(), BuildGraphs.Build(source: "changed")), isDark: false);
        await page.PointAsync(0, 0);
        await SaveAsync(page, "difference");

        Assert.That(await page.TextAsync("document.getElementById('legend').textContent"), Does.Contain("only in the first").And.Contain("only in the second"));
        Assert.That(await page.TextAsync("getComputedStyle(document.querySelector('.box.after rect')).fill"), Is.EqualTo("rgb(188, 217, 247)"));
        Assert.That(await page.TextAsync("document.querySelectorAll('.box.before').length"), Is.EqualTo("4"));
        Assert.That(page.Problems, Is.Empty);
    }

    [Test]
    public async Task Hostile_names_run_nothing()
    {
        var builder = new CacheGraphBuilder();
        var source = builder.AddSource("<img src=x onerror=alert(1)></script><script>window.bad = 1</script>");
        builder.Add("\"><script>window.bad = 1</script>", [[(source, "</style><script>window.bad = 1</script>")]]);

        var page = await OpenAsync(CachePicture.Of(builder.Build(), new CachePictureOptions { Title = "<script>window.bad = 1</script>" }), isDark: false);
        await page.PressAsync("/");
        await page.TypeAsync("script");

        Assert.That(await page.TextAsync("typeof window.bad"), Is.EqualTo("undefined"));
        Assert.That(await page.TextAsync("document.getElementById('found').textContent"), Is.EqualTo("2 of 2 records"));
        Assert.That(await page.TextAsync("document.querySelectorAll('script, img').length"), Is.EqualTo("2"));
        Assert.That((page.Requests.Count, page.Problems.Count), Is.EqualTo((1, 0)));
    }

    [Test]
    public async Task The_policy_refuses_what_is_added_from_outside()
    {
        var path = Path.Combine(_directory, "changed.html");
        await File.WriteAllTextAsync(path, CachePicture.Of(SampleGraphs.Of(20)).ToHtml()
            .Replace("</main>", "<img src=\"http://127.0.0.1:9/x.png\"><script>window.bad = 1</script></main>", StringComparison.Ordinal));

        var page = await _browser.OpenAsync(new Uri(path).AbsoluteUri);

        Assert.That(await page.TextAsync("typeof window.bad"), Is.EqualTo("undefined"));
        Assert.That(page.Problems, Has.Some.Contains("Content Security Policy"), "what the other tests rely on is noticed");
    }

    // To look at: a picture can be right and not readable.
    private static async Task SaveAsync(ChromiumPage page, string name)
    {
        if (Environment.GetEnvironmentVariable("REGISTRYCACHE_SCREENSHOTS") is { Length: > 0 } directory)
            await File.WriteAllBytesAsync(Path.Combine(directory, name + ".png"), await page.ScreenshotAsync());
    }

    private async Task<ChromiumPage> OpenAsync(CachePicture picture, bool isDark, string fragment = "")
    {
        var path = Path.Combine(_directory, $"{TestContext.CurrentContext.Test.ID}.html");
        await File.WriteAllTextAsync(path, picture.ToHtml());
        return await _browser.OpenAsync(new Uri(path).AbsoluteUri + fragment, isDark: isDark);
    }
}
