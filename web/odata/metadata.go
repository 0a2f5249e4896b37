package odata

import (
	"encoding/json"
	"encoding/xml"
)

// Namespace of the types of a service.
const namespace = "thuocdo"

type edmx struct {
	XMLName   xml.Name  `xml:"http://docs.oasis-open.org/odata/ns/edmx edmx:Edmx"`
	Prefix    string    `xml:"xmlns:edmx,attr"`
	Version   string    `xml:"Version,attr"`
	Reference reference `xml:"edmx:Reference"`
	Schema    schema    `xml:"edmx:DataServices>Schema"`
}

type reference struct {
	URI     string  `xml:"Uri,attr"`
	Include include `xml:"edmx:Include"`
}

type include struct {
	Namespace string `xml:"Namespace,attr"`
	Alias     string `xml:"Alias,attr"`
}

type schema struct {
	XMLNS     string       `xml:"xmlns,attr"`
	Namespace string       `xml:"Namespace,attr"`
	Types     []entityType `xml:"EntityType"`
	Container container    `xml:"EntityContainer"`
}

type entityType struct {
	Name       string         `xml:"Name,attr"`
	Key        []propertyRef  `xml:"Key>PropertyRef"`
	Properties []propertyType `xml:"Property"`
}

type propertyRef struct {
	Name string `xml:"Name,attr"`
}

type propertyType struct {
	Name     string       `xml:"Name,attr"`
	Type     string       `xml:"Type,attr"`
	Nullable string       `xml:"Nullable,attr,omitempty"`
	Title    []annotation `xml:"Annotation"`
}

type annotation struct {
	Term   string `xml:"Term,attr"`
	String string `xml:"String,attr"`
}

type container struct {
	Name string      `xml:"Name,attr"`
	Sets []entitySet `xml:"EntitySet"`
}

type entitySet struct {
	Name  string       `xml:"Name,attr"`
	Type  string       `xml:"EntityType,attr"`
	Title []annotation `xml:"Annotation"`
}

func described(title string) []annotation {
	if title == "" {
		return nil
	}
	return []annotation{{"Core.Description", title}}
}

// Metadata is the document under $metadata: what sets there are and what they hold, as CSDL.
func (s *Service) Metadata() ([]byte, error) {
	d := edmx{Prefix: "http://docs.oasis-open.org/odata/ns/edmx", Version: Version,
		Reference: reference{"https://docs.oasis-open.org/odata/odata/v4.0/errata03/os/complete/vocabularies/Org.OData.Core.V1.xml",
			include{"Org.OData.Core.V1", "Core"}},
		Schema: schema{XMLNS: "http://docs.oasis-open.org/odata/ns/edm", Namespace: namespace, Container: container{Name: "Container"}}}
	for i := range s.Sets {
		set := &s.Sets[i]
		d.Schema.Types = append(d.Schema.Types, typeOf(set))
		d.Schema.Container.Sets = append(d.Schema.Container.Sets, entitySet{set.Name, namespace + "." + typeName(set), described(set.Title)})
	}
	body, err := xml.MarshalIndent(d, "", " ")
	return append([]byte(xml.Header), body...), err
}

func typeName(set *Set) string { return set.Name + "Row" }

func typeOf(set *Set) entityType {
	t := entityType{Name: typeName(set)}
	key := map[string]bool{}
	for _, k := range set.Key {
		t.Key = append(t.Key, propertyRef{k})
		key[k] = true
	}
	for _, p := range set.Properties {
		one := propertyType{Name: p.Name, Type: p.Type.String(), Title: described(p.Title)}
		if key[p.Name] {
			one.Nullable = "false"
		}
		t.Properties = append(t.Properties, one)
	}
	return t
}

// Document is the service document: the sets by name.
func (s *Service) Document() ([]byte, error) {
	type entry struct {
		Name  string `json:"name"`
		Title string `json:"title,omitempty"`
		Kind  string `json:"kind"`
		URL   string `json:"url"`
	}
	d := struct {
		Context string  `json:"@odata.context"`
		Value   []entry `json:"value"`
	}{Context: s.Root + "$metadata", Value: []entry{}}
	for i := range s.Sets {
		d.Value = append(d.Value, entry{s.Sets[i].Name, s.Sets[i].Title, "EntitySet", s.Sets[i].Name})
	}
	return json.Marshal(d)
}
