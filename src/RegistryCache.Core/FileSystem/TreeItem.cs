namespace RegistryCache.Core.FileSystem;

/// <summary>Something found in a tree. The folder that holds it is open until the walk goes on.</summary>
internal readonly record struct TreeItem(Folder Folder, FileNode Node, string Path);
