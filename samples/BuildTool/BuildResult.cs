namespace BuildTool;

/// <summary>How many tasks ran, were restored, and were restored because their inputs had the same content.</summary>
internal sealed record BuildResult(int Ran, int Restored, int CutOff);
