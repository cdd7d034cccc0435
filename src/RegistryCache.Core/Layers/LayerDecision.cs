namespace RegistryCache;

/// <summary>Why a layer was kept, converted or encoded.</summary>
/// <remarks>Source: the rules of BuildKit util/compression, with one addition: a level that was asked for is used.</remarks>
public enum LayerDecision
{
    /// <summary>Kept: conversion was not forced.</summary>
    KeptWithoutForce = 0,

    /// <summary>Kept: it is of the requested codec, and no level was asked for.</summary>
    KeptSameCodec = 1,

    /// <summary>Kept with another media type: the bytes are of the requested codec, but the media type named another one.</summary>
    Relabelled = 2,

    /// <summary>Kept: the media type is not a layer's.</summary>
    KeptNotALayer = 3,

    /// <summary>Converted: it was of another codec.</summary>
    ConvertedCodec = 4,

    /// <summary>Converted: its codec was the requested one, but a blob does not tell its level, so it was encoded again.</summary>
    ConvertedLevel = 5,

    /// <summary>Encoded: it had no blob before.</summary>
    Encoded = 6,
}
