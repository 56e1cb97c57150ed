// SPDX-License-Identifier: Apache-2.0

// Program alloy-syntax reads Alloy texts with Alloy's own parser and prints
// what stands in them as JSON. It knows no component: whether a block exists or
// an argument is missing is for `alloy validate` to say.
package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"

	"github.com/grafana/alloy/syntax/ast"
	"github.com/grafana/alloy/syntax/diag"
	"github.com/grafana/alloy/syntax/parser"
	"github.com/grafana/alloy/syntax/printer"
	"github.com/grafana/alloy/syntax/vm"
)

const usage = `usage: alloy-syntax [FILE...]   parse the files, or standard input
       alloy-syntax --stream    one JSON string a line in, one JSON answer a line out

Each text gets one line: {"body":[STATEMENT...]} or {"errors":["line:col: message"...]}.
STATEMENT is {"block":"a.b","label":"x","at":"line:col","body":[...]}
or {"attribute":"x","at":"line:col","value":VALUE}. VALUE is what JSON can say, or
{"object":{KEY:VALUE}}, or {"expr":"source"}. Exit status 1 when a file has errors.
`

// Larger than any configuration that LinkMesh renders.
const maxTextBytes = 64 << 20

// answer is what is printed for one text: a body, or errors.
type answer struct {
	File   string       `json:"file,omitempty"`
	Body   *[]statement `json:"body,omitempty"`
	Errors []string     `json:"errors,omitempty"`
}

type statement struct {
	Block     string       `json:"block,omitempty"`
	Label     string       `json:"label,omitempty"`
	Attribute string       `json:"attribute,omitempty"`
	At        string       `json:"at"`
	Value     any          `json:"value,omitempty"`
	Body      *[]statement `json:"body,omitempty"`
}

// null prints as JSON's null where a nil would be left out.
type null struct{}

func (null) MarshalJSON() ([]byte, error) { return []byte("null"), nil }

type object struct {
	Object map[string]any `json:"object"`
}

type expression struct {
	Expr string `json:"expr"`
}

func main() {
	out := bufio.NewWriter(os.Stdout)
	status, err := run(os.Args[1:], out)
	if flushed := out.Flush(); err == nil {
		err = flushed
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		status = 2
	}
	os.Exit(status)
}

func run(args []string, out *bufio.Writer) (int, error) {
	if len(args) == 1 && args[0] == "--stream" {
		return 0, stream(out)
	}
	if len(args) == 0 {
		text, err := io.ReadAll(os.Stdin)
		if err != nil {
			return 2, err
		}
		return print(out, read("", text))
	}
	status := 0
	for _, file := range args {
		if len(file) > 0 && file[0] == '-' {
			return 2, errors.New(usage)
		}
		text, err := os.ReadFile(file)
		if err != nil {
			return 2, err
		}
		failed, err := print(out, read(file, text))
		if err != nil {
			return 2, err
		}
		status = max(status, failed)
	}
	return status, nil
}

// stream serves a caller that has thousands of texts, one process for all.
func stream(out *bufio.Writer) error {
	lines := bufio.NewScanner(os.Stdin)
	lines.Buffer(nil, maxTextBytes)
	for lines.Scan() {
		var text string
		if err := json.Unmarshal(lines.Bytes(), &text); err != nil {
			return fmt.Errorf("a line is not a JSON string: %w", err)
		}
		if _, err := print(out, read("", []byte(text))); err != nil {
			return err
		}
		if err := out.Flush(); err != nil {
			return err
		}
	}
	return lines.Err()
}

func print(out io.Writer, said answer) (int, error) {
	encoder := json.NewEncoder(out)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(said); err != nil {
		return 2, err
	}
	if said.Body == nil {
		return 1, nil
	}
	return 0, nil
}

func read(file string, text []byte) answer {
	parsed, err := parser.ParseFile(file, text)
	if err != nil {
		return answer{File: file, Errors: messages(err)}
	}
	body, err := statements(parsed.Body)
	if err != nil {
		return answer{File: file, Errors: messages(err)}
	}
	return answer{File: file, Body: &body}
}

// messages writes diagnostics as Alloy does in a remote configuration's error.
func messages(err error) []string {
	var found diag.Diagnostics
	var one diag.Diagnostic
	switch {
	case errors.As(err, &found):
	case errors.As(err, &one):
		found = diag.Diagnostics{one}
	default:
		return []string{err.Error()}
	}
	said := []string{}
	for _, each := range found {
		said = append(said, fmt.Sprintf("%d:%d: %s", each.StartPos.Line, each.StartPos.Column, each.Message))
	}
	return said
}

func statements(body ast.Body) ([]statement, error) {
	all := []statement{}
	for _, each := range body {
		var said statement
		switch each := each.(type) {
		case *ast.AttributeStmt:
			value, err := value(each.Value)
			if err != nil {
				return nil, err
			}
			at := each.Name.NamePos.Position()
			said = statement{Attribute: each.Name.Name, At: place(at.Line, at.Column), Value: value}
		case *ast.BlockStmt:
			inner, err := statements(each.Body)
			if err != nil {
				return nil, err
			}
			at := each.NamePos.Position()
			said = statement{Block: each.GetBlockName(), Label: each.Label, At: place(at.Line, at.Column), Body: &inner}
		default:
			return nil, fmt.Errorf("a statement of an unknown kind: %T", each)
		}
		all = append(all, said)
	}
	return all, nil
}

func place(line, column int) string { return fmt.Sprintf("%d:%d", line, column) }

// value is what JSON can say of an expression; anything that would have to be
// looked up or called stays as text.
func value(from ast.Expr) (any, error) {
	switch from := from.(type) {
	case *ast.LiteralExpr:
		return evaluated(from)
	case *ast.UnaryExpr:
		if _, literal := from.Value.(*ast.LiteralExpr); literal {
			return evaluated(from)
		}
	case *ast.ParenExpr:
		return value(from.Inner)
	case *ast.ArrayExpr:
		all := []any{}
		for _, element := range from.Elements {
			said, err := value(element)
			if err != nil {
				return nil, err
			}
			all = append(all, said)
		}
		return all, nil
	case *ast.ObjectExpr:
		all := map[string]any{}
		for _, field := range from.Fields {
			said, err := value(field.Value)
			if err != nil {
				return nil, err
			}
			all[field.Name.Name] = said
		}
		return object{all}, nil
	}
	var text bytes.Buffer
	if err := printer.Fprint(&text, from); err != nil {
		return nil, err
	}
	return expression{text.String()}, nil
}

func evaluated(from ast.Expr) (any, error) {
	var found any
	if err := vm.New(from).Evaluate(nil, &found); err != nil {
		return nil, err
	}
	if found == nil {
		return null{}, nil
	}
	return found, nil
}
