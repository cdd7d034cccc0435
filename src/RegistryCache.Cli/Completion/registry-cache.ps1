# Completion of registry-cache for PowerShell. In $PROFILE:  registry-cache completion powershell | Out-String | Invoke-Expression
Register-ArgumentCompleter -Native -CommandName registry-cache -ScriptBlock {
    param($wordToComplete, $commandAst, $cursorPosition)
    $position = $cursorPosition - $commandAst.Extent.StartOffset
    $line = $commandAst.ToString().PadRight($position).Substring(0, $position)
    registry-cache "[suggest:$position]" $line 2>$null | ForEach-Object {
        [System.Management.Automation.CompletionResult]::new($_, $_, 'ParameterValue', $_)
    }
}
