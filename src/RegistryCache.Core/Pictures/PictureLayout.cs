using System.Collections.Immutable;

namespace RegistryCache.Core.Pictures;

/// <summary>The place of every box, in pixels, and the size of the picture. Boxes stand in lines, each after the lines of what it uses.
/// The lines go down or to the right, whichever makes the picture easier to fit on a screen.</summary>
internal sealed class PictureLayout
{
    public const int BoxWidth = 172;
    public const int BoxHeight = 38;
    public const int Margin = 24;

    private const int Gap = 14;
    private const int LineGap = 34;
    private const int WideLineGap = 64;

    // The place on a common screen that the picture gets.
    private const double ScreenWidth = 1500;
    private const double ScreenHeight = 850;

    private PictureLayout(ImmutableArray<(int X, int Y)> places, int width, int height, bool goesDown) =>
        (Places, Width, Height, GoesDown) = (places, width, height, goesDown);

    /// <summary>The upper left corner of each box.</summary>
    public ImmutableArray<(int X, int Y)> Places { get; }

    public int Width { get; }

    public int Height { get; }

    /// <summary>Whether lines of boxes are rows and links go down. Otherwise they are columns, and links go to the right.</summary>
    public bool GoesDown { get; }

    private double Scale => Math.Min(ScreenWidth / Width, ScreenHeight / Height);

    public static PictureLayout Of(IReadOnlyList<PictureBox> boxes)
    {
        var ranks = Ranks(boxes);
        var components = Components(boxes);
        var (down, right) = (Place(boxes, ranks, components, goesDown: true), Place(boxes, ranks, components, goesDown: false));
        return right.Scale > down.Scale ? right : down;
    }

    private static PictureLayout Place(IReadOnlyList<PictureBox> boxes, int[] ranks, List<List<int>> components, bool goesDown)
    {
        var (step, lineStep) = goesDown ? (BoxWidth + Gap, BoxHeight + LineGap) : (BoxHeight + Gap, BoxWidth + WideLineGap);
        var parts = new List<PicturePart>();
        foreach (var members in components)
        {
            // A line of so many boxes gives the part the shape of the screen, if all boxes were in one line.
            var aspect = goesDown ? ScreenWidth / ScreenHeight : ScreenHeight / ScreenWidth;
            var most = Math.Max(8, (int)Math.Sqrt(members.Count * aspect * lineStep / step));
            parts.Add(PicturePart.Of(boxes, ranks, members, step, lineStep, most, goesDown));
        }

        return Pack(parts, boxes.Count, goesDown);
    }

    /// <summary>Puts the parts that nothing connects into rows, the largest first.</summary>
    private static PictureLayout Pack(List<PicturePart> parts, int count, bool goesDown)
    {
        var places = new (int X, int Y)[count];
        var area = parts.Sum(p => (double)(p.Width + Gap) * (p.Height + Gap));
        var rowWidth = Math.Max(Math.Sqrt(area * ScreenWidth / ScreenHeight), parts.Select(p => p.Width).DefaultIfEmpty().Max());
        var (x, y, rowHeight, width) = (0, 0, 0, 0);
        foreach (var part in parts.OrderByDescending(p => p.Members.Count))
        {
            if (x > 0 && x + part.Width > rowWidth)
                (x, y, rowHeight) = (0, y + rowHeight + LineGap, 0);
            for (var i = 0; i < part.Members.Count; i++)
                places[part.Members[i]] = (Margin + x + part.Places[i].X, Margin + y + part.Places[i].Y);
            width = Math.Max(width, x + part.Width);
            rowHeight = Math.Max(rowHeight, part.Height);
            x += part.Width + LineGap;
        }

        return new PictureLayout([.. places], width + 2 * Margin, y + rowHeight + 2 * Margin, goesDown);
    }

    /// <summary>The line of each box: after all that it uses. A box that is used stands as near as possible to its first user.</summary>
    private static int[] Ranks(IReadOnlyList<PictureBox> boxes)
    {
        var ranks = new int[boxes.Count];
        for (var i = 0; i < ranks.Length; i++)
            ranks[i] = boxes[i].Parents.Count == 0 ? 0 : boxes[i].Parents.Max(p => ranks[p]) + 1;
        for (var i = ranks.Length - 1; i >= 0; i--)
        {
            if (boxes[i].Children.Count > 0)
                ranks[i] = boxes[i].Children.Min(c => ranks[c]) - 1;
        }

        return ranks;
    }

    /// <summary>The boxes that are connected, in the order of the first of them.</summary>
    private static List<List<int>> Components(IReadOnlyList<PictureBox> boxes)
    {
        var components = new List<List<int>>();
        var seen = new bool[boxes.Count];
        var stack = new Stack<int>();
        for (var i = 0; i < boxes.Count; i++)
        {
            if (seen[i])
                continue;
            var members = new List<int>();
            seen[i] = true;
            stack.Push(i);
            while (stack.TryPop(out var box))
            {
                members.Add(box);
                foreach (var near in boxes[box].Parents.Concat(boxes[box].Children).Where(near => !seen[near]))
                {
                    seen[near] = true;
                    stack.Push(near);
                }
            }

            members.Sort();
            components.Add(members);
        }

        return components;
    }
}
